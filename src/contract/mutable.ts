/** A vocabulary type while it is being built; absent members are left out, as `exactOptionalPropertyTypes` asks. */
export type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
