import type { Json } from './json.js';
import type { ErrorData } from './tau-error.js';

/** The one ending of a request. `unknown` says that it may or may not have happened: it is not `failed`. */
export type Outcome =
  | { readonly kind: 'ok'; readonly output: Json }
  | { readonly kind: 'failed'; readonly error: ErrorData }
  | { readonly kind: 'cancelled'; readonly reason: string }
  | { readonly kind: 'inputRequired'; readonly question: string; readonly answerSchema?: Json }
  | { readonly kind: 'unknown'; readonly error: ErrorData };

/** What work spent, as its handler reports it. `costMicros`: millionths of the account's currency unit. */
export interface Usage {
  readonly tokens: number;
  readonly costMicros: number;
}

/** What a run may spend; an absent member is no limit of its own. */
export interface Budget {
  readonly callsMax?: number;
  readonly tokensMax?: number;
  readonly costMicrosMax?: number;
}

/** Who asked, carried by every call that the request causes. */
export interface Principal {
  readonly id: string;
  readonly attributes?: { readonly [name: string]: string };
}
