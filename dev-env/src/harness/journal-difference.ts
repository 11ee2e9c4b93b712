/** Lines before the first difference that are shown with it. */
const BEFORE = 4;
/** Lines from the first difference on. */
const AFTER = 3;

/** The first place at which two plain journals differ, for people to read; undefined when they are equal. */
export function journalDifference(
  left: { readonly host: string; readonly journal: string },
  right: { readonly host: string; readonly journal: string },
): string | undefined {
  if (left.journal === right.journal) return undefined;
  const [a, b] = [left.journal.split('\n'), right.journal.split('\n')];
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const run = a.slice(0, at + 1).findLast((line) => line.startsWith('run ')) ?? 'the first run';
  const part = (lines: readonly string[], host: string): readonly string[] => {
    const shown = lines.slice(at, at + AFTER);
    return [`${host}:`, ...(shown.length > 0 ? shown : ['  (nothing more)']).map((line) => `  ${line}`)];
  };
  return [
    `${left.host} and ${right.host} differ in ${run}, at line ${at + 1}, after:`,
    ...a.slice(Math.max(0, at - BEFORE), at).map((line) => `  ${line}`),
    ...part(a, left.host),
    ...part(b, right.host),
  ].join('\n');
}
