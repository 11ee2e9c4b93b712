/** Levels of lists and objects: what is deeper, or within itself, counts as no JSON. */
const LEVELS_MAX = 1_000;

/** Whether JSON text holds all of a value: no dates, maps, numbers that are none, or members that are undefined in lists. */
export function isPlainJson(value: unknown, levels = LEVELS_MAX): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'object' || levels === 0) return false;
  if (Array.isArray(value)) return value.every((item) => isPlainJson(item, levels - 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((member) => member === undefined || isPlainJson(member, levels - 1));
}
