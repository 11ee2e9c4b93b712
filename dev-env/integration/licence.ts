/**
 * Licences (SPDX) under which a package may be part of what TAU's users install: they ask for their text to be kept,
 * and for no more.
 */
const PERMISSIVE: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);

/**
 * Whether an SPDX expression allows use under permissive terms: of `OR` one side is enough, `AND` needs both. What is
 * no such expression does not.
 */
export function isPermissive(expression: string): boolean {
  const words = expression.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const one = (): boolean => {
    const word = words[at];
    at += 1;
    if (word !== '(') return word !== undefined && PERMISSIVE.has(word);
    const inner = any();
    const closed = words[at] === ')';
    at += 1;
    return inner && closed;
  };
  const all = (): boolean => {
    let held = one();
    while (words[at] === 'AND') {
      at += 1;
      held = one() && held;
    }
    return held;
  };
  const any = (): boolean => {
    let held = all();
    while (words[at] === 'OR') {
      at += 1;
      held = all() || held;
    }
    return held;
  };
  return any() && at === words.length;
}
