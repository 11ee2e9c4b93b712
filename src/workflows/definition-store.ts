import type { Diagnostic } from 'tau-core';
import type { Starts } from './starts-text.js';

/** What the kernel said to a definition. */
export type PutAnswer =
  | { readonly accepted: true; readonly version: string; readonly starts: Starts }
  | { readonly accepted: false; readonly diagnostics: readonly Diagnostic[] };

/** Definitions as the kernel keeps them. Calls reject with a TauError. */
export interface DefinitionStore {
  /** Activates a definition; one that is refused changes nothing. */
  put(name: string, source: string): Promise<PutAnswer>;
  remove(name: string): Promise<void>;
  /** Names of all active definitions. */
  names(): Promise<readonly string[]>;
}
