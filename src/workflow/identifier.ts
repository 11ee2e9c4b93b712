const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_-]*$/;

const IDENTIFIER_CHARS_MAX = 99;

/** What is wrong with the id of a job or a step, by GitHub's rules; undefined when nothing is. */
export function identifierProblem(id: string): string | undefined {
  if (!IDENTIFIER.test(id) || id.length > IDENTIFIER_CHARS_MAX) {
    const rule = 'start with a letter or "_", then letters, digits, "_" and "-", less than 100 in all';
    return `"${id.slice(0, IDENTIFIER_CHARS_MAX)}" is no identifier: ${rule}`;
  }
  return id.startsWith('__') ? `"${id}" is no identifier: those that start with "__" are reserved` : undefined;
}

/** Whether two names mean the same: expressions take names in any case, and so do those who call. */
export function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
