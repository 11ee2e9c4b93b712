/** GitHub's limit of a job's summary, in bytes of UTF-8. */
export const SUMMARY_BYTES_MAX = 1024 * 1024;

const CUT = '\n\n(The rest was cut: a summary may have 1 MiB.)\n';

/** Markdown behind other markdown, as far as there is room. */
export function joinSummaries(before: string | undefined, added: string): string {
  if (before === undefined) return bounded(added);
  if (before.endsWith(CUT) || added === '') return before;
  return bounded(before === '' || before.endsWith('\n') ? `${before}\n${added}` : `${before}\n\n${added}`);
}

function bounded(text: string): string {
  if (text.length * 3 <= SUMMARY_BYTES_MAX) return text;
  let bytes = 0;
  let room = 0;
  for (const character of text) {
    bytes += bytesOf(character);
    if (bytes <= SUMMARY_BYTES_MAX - CUT.length) room += character.length;
    if (bytes > SUMMARY_BYTES_MAX) return text.slice(0, room) + CUT;
  }
  return text;
}

function bytesOf(character: string): number {
  const point = character.codePointAt(0) ?? 0;
  if (point < 0x80) return 1;
  if (point < 0x800) return 2;
  return point < 0x10000 ? 3 : 4;
}
