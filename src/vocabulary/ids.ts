import { tauError } from './tau-error.js';

declare const idBrand: unique symbol;
type Id<Name extends string> = string & { readonly [idBrand]: Name };

/** Names a region: a session or a project. 1 to 200 characters of letters, digits and `._/-:`. */
export type RegionId = Id<'Region'>;
/** Names a run, in all regions of one kernel. */
export type RunId = Id<'Run'>;
/** Names a call within its run; chosen by the program, the same at every replay. */
export type CallId = Id<'Call'>;
/** Names a piece of work in all regions: `<run>/<call>`. */
export type WorkId = Id<'Work'>;

const REGION_PATTERN = /^[A-Za-z0-9._/:-]{1,200}$/;
const RUN_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;

/**
 * Takes text from outside as a region's name.
 *
 * @throws TauError INVALID_ARGUMENT when it has another form.
 */
export function regionId(text: string): RegionId {
  if (!REGION_PATTERN.test(text)) {
    throw tauError(
      'INVALID_ARGUMENT',
      `"${text.slice(0, 40)}" is no session id: use 1 to 200 of A-Z a-z 0-9 . _ / : -`,
    );
  }
  return text as RegionId;
}

/**
 * Takes text from outside as a run's name.
 *
 * @throws TauError INVALID_ARGUMENT when it has another form.
 */
export function runId(text: string): RunId {
  if (!RUN_PATTERN.test(text)) {
    throw tauError('INVALID_ARGUMENT', `"${text.slice(0, 40)}" is no run id: use 1 to 64 of A-Z a-z 0-9 _ -`);
  }
  return text as RunId;
}

/** A call's name within its run, as a program chose it. */
export function callId(text: string): CallId {
  return text as CallId;
}

/** The name of a run's call in all regions; also the idempotency key of its external effect. */
export function workId(run: RunId, call: CallId): WorkId {
  return `${run}/${call}` as WorkId;
}
