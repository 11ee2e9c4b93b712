import type { Package } from '../model/package.ts';
import type { Label } from './github.ts';

/** Topics of every library. */
const TOPICS = ['tau', 'agents', 'runtime'];
/** What GitHub takes: twenty topics of at most fifty letters, digits and dashes. */
const TOPICS_MAX = 20;

/** The topics of a library's repository: those of all libraries, its name, and its package's keywords. */
export function topicsOf(library: Package): readonly string[] {
  const words = [...TOPICS, library.name, ...library.keywords].map((word) =>
    word
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 50),
  );
  return [...new Set(words)].filter((word) => word !== '').slice(0, TOPICS_MAX);
}

/** The labels that the libraries' repositories share, so that one triage works on all of them. */
export const LABELS: readonly Label[] = [
  { name: 'bug', color: 'd73a4a', description: 'Something does not do what its documents say' },
  { name: 'enhancement', color: 'a2eeef', description: 'Something that it does not do yet' },
  { name: 'documentation', color: '0075ca', description: 'A document is wrong, missing or unclear' },
  { name: 'contract', color: '5319e7', description: 'Touches what crosses a process or a library' },
  { name: 'breaking', color: 'b60205', description: 'Users have to change something' },
  { name: 'performance', color: 'fbca04', description: 'About time or memory' },
  { name: 'security', color: 'ee0701', description: 'About what must not be possible' },
];
