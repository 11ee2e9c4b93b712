import type { Evaluable } from '../expression/template.js';

/**
 * Something that is compiled when it is first evaluated: parsing an expression takes tens of microseconds, and of ten thousand
 * nodes a run may need a few.
 */
export function lazily<T>(compile: () => Evaluable<T>): Evaluable<T> {
  let compiled: Evaluable<T> | undefined;
  return (scope) => {
    compiled ??= compile();
    return compiled(scope);
  };
}
