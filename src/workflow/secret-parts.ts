import type { SecretPlaces } from 'tau-core';

/** What stands in the place of a secret in everything that is kept. */
export const MASK = '***';

/** A text with secrets in it, in parts. */
export type SecretParts = SecretPlaces[string];

/** Strings by name. */
export interface Env {
  readonly [name: string]: string;
}

/** An environment, and by name the parts of those of its values that hold secrets: these are masked. */
export interface EnvValues {
  readonly env: Env;
  readonly secrets?: { readonly [name: string]: SecretParts };
}
