import type { ErrorData, Json, Outcome } from 'tau-core';
import { shortJson } from '../versioning/diff-json.js';
import { durationText } from './duration-text.js';
import type { ObservedEvent } from './observer.js';

export type Tone = 'good' | 'bad' | 'quiet' | 'notice';

/** One line of progress, without time and colour. */
export interface ProgressLine {
  readonly sign: string;
  readonly tone?: Tone;
  readonly text: string;
}

const OUTPUT_CHARS_MAX = 200;

/** What an event says to people, if anything. `place`: what it is about, in words; `lastedMs`: since what it ends began. */
export function progressLine(
  event: ObservedEvent,
  place: string,
  lastedMs: number | undefined,
): ProgressLine | undefined {
  const lasted = lastedMs === undefined ? '' : ` (${durationText(lastedMs)})`;
  switch (event.type) {
    case 'run.started':
      return {
        sign: '▶',
        text: `run ${event.runId}: ${event.program}${event.name === undefined ? '' : ` ${event.name}`}`,
      };
    case 'run.ended':
      return { ...ending(event.outcome), text: `run ${event.runId} ${endingText(event.outcome)}${lasted}` };
    case 'run.named':
      return { sign: '▶', text: `run ${event.runId}: ${event.label}` };
    case 'run.message':
    case 'run.edit':
    case 'run.cancel':
      return {
        sign: '!',
        tone: 'notice',
        text: `run ${event.runId}: ${event.type.slice('run.'.length)}${because(event.reason)}`,
      };
    case 'place.started':
      return { sign: '·', tone: 'quiet', text: `${place} started` };
    case 'place.completed': {
      return { sign: '✓', tone: 'good', text: `${place}${lasted}${valueText(event.output)}` };
    }
    case 'place.failed':
      return { sign: '✗', tone: 'bad', text: `${place} failed${lasted}${errorText(event.error, event.at, place)}` };
    case 'place.skipped':
      return { sign: '-', tone: 'quiet', text: `${place} skipped` };
    case 'place.cancelled':
      return { sign: '-', tone: 'notice', text: `${place} cancelled${lasted}` };
    case 'place.asked':
      return { sign: '?', tone: 'notice', text: `${place} asks${valueText(event.output)}` };
    case 'call.waiting':
      return { sign: '…', tone: 'quiet', text: `${place}: ${event.capability} waits for its turn` };
    case 'call.retry':
      return {
        sign: '↻',
        tone: 'notice',
        text: `${place}: ${event.capability} again in ${durationText(event.delayMs)}${errorText(event.error)}`,
      };
    case 'lock.revoked':
      return { sign: '!', tone: 'notice', text: `lock ${event.key ?? event.lockId} lost${because(event.reason)}` };
    default:
      return undefined;
  }
}

function ending(outcome: Outcome): Omit<ProgressLine, 'text'> {
  if (outcome.kind === 'ok') return { sign: '✓', tone: 'good' };
  return outcome.kind === 'cancelled' ? { sign: '-', tone: 'notice' } : { sign: '✗', tone: 'bad' };
}

function endingText(outcome: Outcome): string {
  if (outcome.kind === 'ok') return 'completed';
  if (outcome.kind === 'cancelled') return `cancelled${because(outcome.reason)}`;
  return outcome.kind === 'inputRequired' ? `asks: ${outcome.question}` : `failed${errorText(outcome.error)}`;
}

function valueText(value: Json | undefined): string {
  return value === undefined || value === null ? '' : `: ${shortJson(value, OUTPUT_CHARS_MAX)}`;
}

/** Errors may say at which place they were: a line about that place has said so already. */
function errorText(error: ErrorData | undefined, ...places: readonly string[]): string {
  if (error === undefined) return '';
  const said = places.find((place) => error.message.startsWith(`${place}: `));
  const message = said === undefined ? error.message : error.message.slice(said.length + 2);
  return `: ${message} [${error.id}]`;
}

function because(reason: string | undefined): string {
  return reason === undefined || reason === '' ? '' : `: ${reason}`;
}
