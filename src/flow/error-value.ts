import type { ErrorData, JsonObject } from 'tau-core';

/** An error as a value that expressions can look at: `output.error.id`, `output.error.details`. */
export function errorValue({ cause, ...error }: ErrorData): JsonObject {
  return cause === undefined ? error : { ...error, cause: errorValue(cause) };
}
