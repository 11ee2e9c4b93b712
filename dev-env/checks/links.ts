import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { ROOT } from '../scripts/libraries.ts';
import { type Check, problems } from './check.ts';
import { type Document, documents, fences } from './documents.ts';

const LINK = /\[[^\]\n]*\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g;
const REFERENCE = /^\[[^\]\n]+\]:\s+(\S+)/gm;

/** A heading's anchor, as GitHub makes it. */
export function anchor(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[`*]/g, '')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-');
}

function withoutCode(text: string): string {
  let rest = text;
  for (const fence of fences(text)) rest = rest.replace(fence.code, '');
  return rest.replace(/`[^`\n]*`/g, '');
}

function anchorsOf(text: string): ReadonlySet<string> {
  let rest = text;
  for (const fence of fences(text)) rest = rest.replace(fence.code, '');
  return new Set([...rest.matchAll(/^#{1,6}\s+(.+)$/gm)].map(([, heading = '']) => anchor(heading)));
}

/** What is wrong with a document's links to files and headings. Links to the web are not followed. */
export function linkProblems(document: Document): string[] {
  const text = withoutCode(document.text);
  const targets = [...text.matchAll(LINK), ...text.matchAll(REFERENCE)].map(([, target = '']) => target);
  const found: string[] = [];
  for (const target of targets) {
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) continue;
    const [path = '', fragment] = target.split('#');
    const file = path === '' ? document.path : normalize(join(dirname(document.path), decodeURIComponent(path)));
    if (path !== '' && !existsSync(join(ROOT, file))) {
      found.push(`${document.path}: "${target}" leads nowhere`);
    } else if (fragment !== undefined && fragment !== '' && file.endsWith('.md')) {
      const headings = anchorsOf(file === document.path ? document.text : readFileSync(join(ROOT, file), 'utf8'));
      if (!headings.has(fragment)) found.push(`${document.path}: "${target}" names no heading`);
    }
  }
  return found;
}

/** Links between documents, and from documents to files, lead somewhere. */
export const linksCheck: Check = {
  name: 'links',
  run: async () => problems(documents().flatMap(linkProblems)),
};
