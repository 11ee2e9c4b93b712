/**
 * An object while it is made. Members that may be absent are added one by one where spreading `cond ? { x } : {}` would
 * show in the steps per second; everywhere else that form is used.
 */
export type Writable<T> = { -readonly [K in keyof T]: T[K] };
