/** A heading of one version, such as `## 0.2.0 (2026-11-20)`; older forms with brackets or one `#` are read too. */
const HEADING = /^##? \[?v?(\d+\.\d+\.\d+[^\s\])]*)\]?.*$/;

/** Where a version's section begins and ends, as indices of lines. */
function find(lines: readonly string[], version: string): { from: number; to: number } | undefined {
  const from = lines.findIndex((line) => HEADING.exec(line)?.[1] === version);
  if (from < 0) return undefined;
  const next = lines.findIndex((line, index) => index > from && HEADING.test(line));
  return { from, to: next < 0 ? lines.length : next };
}

/** What a changelog says about a version, without its heading; empty when it says nothing. */
export function sectionOf(changelog: string, version: string): string {
  const lines = changelog.split('\n');
  const place = find(lines, version);
  if (place === undefined) return '';
  const text = lines
    .slice(place.from + 1, place.to)
    .join('\n')
    .trim();
  return text === '' ? '' : `${text}\n`;
}

/** What is released, when, and what the commits say about it. */
export interface Section {
  readonly library: string;
  readonly version: string;
  /** The day, e.g. 2026-11-20. */
  readonly day: string;
  /** Markdown without the heading of the version. */
  readonly notes: string;
}

/**
 * The changelog with a section for a version, above the older ones. A section that a person wrote for this version
 * already stays as it is, and gets the day.
 */
export function withSection(changelog: string | undefined, section: Section): string {
  const heading = `## ${section.version} (${section.day})`;
  const lines = (changelog ?? `# Changelog of ${section.library}\n`).trimEnd().split('\n');
  const written = find(lines, section.version);
  if (written !== undefined) {
    lines[written.from] = heading;
    return `${lines.join('\n')}\n`;
  }
  const first = lines.findIndex((line) => HEADING.test(line));
  const above = (first < 0 ? lines : lines.slice(0, first)).join('\n').trimEnd();
  const below = first < 0 ? '' : `\n${lines.slice(first).join('\n')}\n`;
  return `${above}\n\n${heading}\n\n${section.notes.trim()}\n${below}`;
}
