/** Instances whose content was frozen. They are immutable themselves, so that once is enough. */
const walked = new WeakSet<object>();

/** Freezes plain data all the way down. Leaves instances of classes alone: Immutable's maps cache their hash inside. */
export function deepFreeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  if (!Array.isArray(value) && Object.getPrototypeOf(value) !== Object.prototype) {
    if (!walked.has(value) && isIterable(value)) for (const item of value) deepFreeze(item);
    walked.add(value);
    return;
  }
  Object.freeze(value);
  for (const member of Object.values(value)) deepFreeze(member);
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value;
}
