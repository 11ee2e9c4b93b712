const LISTED_MAX = 10;

/** Names for a message, the first ten. */
export function listed(names: Iterable<string>): string {
  const all = [...names].map((name) => `"${name}"`);
  return all.length > LISTED_MAX ? `${all.slice(0, LISTED_MAX).join(', ')}, ...` : all.join(', ');
}
