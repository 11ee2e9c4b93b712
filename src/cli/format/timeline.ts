import type { JsonObject } from 'tau-core';
import type { RunEvent, RunWatchItem } from 'tau-core/client';
import type { Colours } from './colours.js';
import { durationText } from './duration.js';
import { objectAt, objectsAt, textAt } from './json-access.js';
import { errorText, outcomeText } from './outcome.js';
import { cut } from './table.js';
import { timeOfDay } from './time.js';

const SEQ_CHARS = 6;
const DETAIL_CHARS_MAX = 160;

interface KnownCall {
  readonly capability: string;
  readonly requestedMs: number;
}

/**
 * A run's events as lines for people: sequence number, time of day, what happened. Remembers the calls that are under
 * way, so that their end can be told with what they were and how long they took.
 */
export class Timeline {
  readonly #colours: Colours;
  readonly #calls = new Map<string, KnownCall>();
  #startedMs: number | undefined;

  constructor(colours: Colours) {
    this.#colours = colours;
  }

  lines(item: RunWatchItem): string[] {
    const { yellow, dim } = this.#colours;
    switch (item.kind) {
      case 'gap':
        return [yellow(`${' '.repeat(SEQ_CHARS)}  events ${item.fromSeq} to ${item.toSeq} are lost`)];
      case 'progress': {
        const { callId, content, timeMs } = item.progress;
        const body = 'text' in content ? content.text : content.mediaType;
        return [this.#line('', timeMs, dim(`  ${callId}: ${oneLine(body)}`))];
      }
      case 'event':
        return this.#told(item.event).map((text, index) =>
          this.#line(index === 0 ? String(item.event.seq) : '', item.event.timeMs, text),
        );
    }
  }

  #line(seq: string, timeMs: number, text: string): string {
    const { dim } = this.#colours;
    return `${dim(`${seq.padStart(SEQ_CHARS)}  ${timeOfDay(timeMs)}`)}  ${text}`;
  }

  #told(event: RunEvent): string[] {
    const { bold, yellow } = this.#colours;
    const { data, timeMs } = event;
    switch (event.type) {
      case 'run.started':
        this.#startedMs = timeMs;
        return [
          [bold('run started'), textAt(objectAt(data, 'definition'), 'name'), triggerText(data)].join('  ').trimEnd(),
        ];
      case 'run.advanced':
        return this.#advanced(event);
      case 'run.ended':
        return [this.#ended(event)];
      case 'run.cancelling':
        return [yellow(`run is being cancelled: ${textAt(data, 'reason')}`)];
      case 'call.retrying':
        return [yellow(`  ↻ ${this.#callText(data)} is tried again: ${errorText(objectAt(data, 'error'))}`)];
      case 'call.lost':
        return [yellow(`  ↻ ${this.#callText(data)} lost its provider and is tried again`)];
      case 'call.asked':
        return [yellow(`  ? ${this.#callText(data)} asks: ${textAt(objectAt(data, 'question'), 'text')}`)];
      default:
        return [event.type.replaceAll('.', ' ')];
    }
  }

  #advanced({ data, timeMs }: RunEvent): string[] {
    const input = objectAt(data, 'input');
    const lines: string[] = [];
    if (textAt(input, 'type') === 'callSettled') lines.push(this.#settled(input, timeMs));
    if (textAt(input, 'type') === 'deadline') lines.push('a deadline has passed');
    for (const happened of objectsAt(data, 'events'))
      lines.push(...this.#programEvent(happened, textAt(input, 'callId')));
    for (const call of objectsAt(data, 'calls')) {
      const callId = textAt(call, 'callId');
      this.#calls.set(callId, { capability: textAt(call, 'capability'), requestedMs: timeMs });
      lines.push(`  ${this.#colours.cyan('→')} ${this.#callText(call)}`);
    }
    return lines.length > 0 ? lines : ['run advanced'];
  }

  #settled(input: JsonObject, timeMs: number): string {
    const known = this.#calls.get(textAt(input, 'callId'));
    const took = known === undefined ? '' : this.#colours.dim(`  ${durationText(timeMs - known.requestedMs)}`);
    const { mark, detail } = outcomeText(objectAt(input, 'outcome'), this.#colours);
    const line = `  ${mark} ${this.#callText(input)}${took}${detail === '' ? '' : `  ${detail}`}`;
    this.#calls.delete(textAt(input, 'callId'));
    return line;
  }

  /** Events of the workflow program; what its calls have told already is left out, and other programs' are named. */
  #programEvent(event: JsonObject, settledCall: string): string[] {
    const { bold, dim, red } = this.#colours;
    const job = textAt(event, 'job');
    const step = `${job}.${textAt(event, 'step')}`;
    const error = event['error'] === undefined ? '' : `  ${red(errorText(objectAt(event, 'error')))}`;
    switch (textAt(event, 'type')) {
      case 'JobStarted':
        return [`${bold(`job ${job}`)} started`];
      case 'JobCompleted':
        return [`${bold(`job ${job}`)} ended: ${textAt(event, 'result')}${error}`];
      case 'JobSkipped':
        return [dim(`job ${job} skipped`)];
      case 'StepSkipped':
        return [dim(`  ${step} skipped`)];
      case 'StepStarted':
        return [];
      case 'StepCompleted':
        return error === '' || step === settledCall ? [] : [`  ${red('✗')} ${step}${error}`];
      case 'JobStopRequested':
        return [`job ${job} is told to stop${error}`];
      case 'CancelRequested':
        return [];
      default:
        return [`${textAt(event, 'type')} ${dim(oneLine(JSON.stringify(event)))}`];
    }
  }

  #ended({ data, timeMs }: RunEvent): string {
    const { mark, detail } = outcomeText(objectAt(data, 'outcome'), this.#colours);
    const took = this.#startedMs === undefined ? '' : ` after ${durationText(timeMs - this.#startedMs)}`;
    return `${mark} ${this.#colours.bold('run ended')}${took}${detail === '' ? '' : `  ${detail}`}`;
  }

  #callText(data: JsonObject): string {
    const callId = textAt(data, 'callId');
    const known = this.#calls.get(callId);
    return known === undefined ? callId : `${callId} ${known.capability}`;
  }
}

function triggerText(data: JsonObject): string {
  const event = objectAt(objectAt(data, 'begin'), 'event');
  const type = textAt(event, 'type');
  return type === '' ? '' : `by ${[type, textAt(event, 'subject')].filter((part) => part !== '').join(' ')}`;
}

function oneLine(text: string): string {
  return cut(text.trim().replace(/\s+/g, ' '), DETAIL_CHARS_MAX);
}
