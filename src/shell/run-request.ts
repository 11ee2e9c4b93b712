import { type JsonObject, type RunId, type TauError, tauError } from 'tau-core';
import type { RunRequest } from '../machines/region/inputs.js';
import type { Catalogue } from './catalogue.js';

/** What is wanted of a run, by the name of its definition. */
export interface RunWish extends Omit<RunRequest, 'runId' | 'bound'> {
  readonly definition: string;
  readonly input: JsonObject;
}

/** What a wish is checked with. */
export interface RunRequestDoors {
  readonly catalogue: Catalogue;
  newRunId(): RunId;
  missing(message: string): TauError;
}

/**
 * A run as it is to be started: bound to the active definition of that name, its input checked.
 *
 * @throws TauError NOT_FOUND (JOURNAL_ABSENT before the journal was read), INVALID_ARGUMENT
 */
export function runRequest(doors: RunRequestDoors, { definition, input, ...others }: RunWish): RunRequest {
  const bound = doors.catalogue.bind(definition);
  if (bound === undefined) {
    throw doors.missing(`there is no active definition "${definition}"; put it first, or see "tau definitions"`);
  }
  const checked = doors.catalogue.language(bound).checkInput(bound.definition, input);
  if (!checked.ok) {
    const reasons = checked.diagnostics.map((diagnostic) => diagnostic.message).join('; ');
    throw tauError('INVALID_ARGUMENT', `the inputs do not fit "${bound.name}": ${reasons}`);
  }
  return { ...others, runId: doors.newRunId(), bound, input: checked.definition };
}
