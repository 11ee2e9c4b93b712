/** Longer names are no slips of the pen. */
const NAME_CHARS_MAX = 60;

/** More names than this are not listed: the nearest ones help more. */
const LISTED_MAX = 24;

/** Those of the known names that a misspelled one may have meant, the nearest first; at most three. */
export function nearest(name: string, known: readonly string[]): readonly string[] {
  if (name.length > NAME_CHARS_MAX) return [];
  const lower = name.toLowerCase();
  const most = Math.max(1, Math.floor(lower.length / 3));
  return known
    .map((one) => ({ one, distance: distance(lower, one.toLowerCase()) }))
    .filter((found) => found.distance <= most)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map(({ one }) => one);
}

/** `there are a, b, c`; of many names those that are near, or else the first ones. */
export function amongKnown(name: string, known: readonly string[]): string {
  if (known.length <= LISTED_MAX) return `there are ${known.join(', ') || 'none'}`;
  const near = nearest(name, known);
  if (near.length > 0) return `write ${near.join(' or ')}`;
  return `there are ${known.slice(0, LISTED_MAX).join(', ')} and ${known.length - LISTED_MAX} more`;
}

/** Edits between two texts: letters put in, taken out and changed. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const kept = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(kept, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
