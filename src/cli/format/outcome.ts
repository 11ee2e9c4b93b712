import type { JsonObject } from 'tau-core';
import type { Colours } from './colours.js';
import { objectAt, textAt } from './json-access.js';

/** How something ended, for people: a mark, and why, where there is more to say than that it went well. */
export interface OutcomeText {
  readonly mark: string;
  readonly detail: string;
}

/** An outcome as JSON (`{"kind": "ok"}`, ...) for people. */
export function outcomeText(outcome: JsonObject, colours: Colours): OutcomeText {
  switch (textAt(outcome, 'kind')) {
    case 'ok':
      return { mark: colours.green('✓'), detail: '' };
    case 'failed':
      return { mark: colours.red('✗'), detail: colours.red(errorText(objectAt(outcome, 'error'))) };
    case 'unknown':
      return {
        mark: colours.red('?'),
        detail: colours.red(`outcome unknown: ${errorText(objectAt(outcome, 'error'))}`),
      };
    case 'cancelled':
      return { mark: colours.yellow('■'), detail: colours.yellow(`cancelled: ${textAt(outcome, 'reason')}`) };
    case 'inputRequired':
      return { mark: colours.yellow('?'), detail: colours.yellow(`asks: ${textAt(outcome, 'question')}`) };
    default:
      return { mark: '·', detail: '' };
  }
}

/** An error's data as `TAU-3001: message`, on one line. */
export function errorText(error: JsonObject): string {
  return `${textAt(error, 'id')}: ${textAt(error, 'message').replace(/\s*\n\s*/g, ' ')}`;
}
