import type { JsonObject } from 'tau-core';
import type { RunEvent, RunWatchItem } from 'tau-core/client';
import type { Colours } from './colours.js';
import { durationText } from './duration.js';
import { objectAt, objectsAt, textAt } from './json-access.js';
import { errorText, outcomeText } from './outcome.js';
import { programEventLines } from './program-event.js';
import { actionsOf, isQuestion } from './question-call.js';
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
        return this.#lines(item.event).map((text, index) =>
          this.#line(index === 0 ? String(item.event.seq) : '', item.event.timeMs, text),
        );
    }
  }

  #line(seq: string, timeMs: number, text: string): string {
    const { dim } = this.#colours;
    return `${dim(`${seq.padStart(SEQ_CHARS)}  ${timeOfDay(timeMs)}`)}  ${text}`;
  }

  #lines(event: RunEvent): string[] {
    const { bold, yellow, dim } = this.#colours;
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
      case 'run.forked':
        return [`${bold('run forked')} from ${textAt(objectAt(data, 'run'), 'forkedFrom')}`];
      case 'run.migrated':
        return [yellow(`run migrated to ${definitionText(objectAt(data, 'definition'))}`)];
      case 'run.message.queued':
        return [`a message waits: ${dim(oneLine(JSON.stringify(data['content'] ?? null)))}`];
      case 'call.answered':
        return [`  ${this.#callText(data)} was answered: ${dim(oneLine(JSON.stringify(data['answer'] ?? null)))}`];
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
    const calls = objectsAt(data, 'calls');
    const lines = this.#told(input, timeMs);
    const around = { settledCall: textAt(input, 'callId'), calls: calls.map((call) => textAt(call, 'callId')) };
    for (const happened of objectsAt(data, 'events')) {
      lines.push(...programEventLines(happened, around, this.#colours));
    }
    for (const call of calls) {
      this.#calls.set(textAt(call, 'callId'), { capability: textAt(call, 'capability'), requestedMs: timeMs });
      lines.push(this.#asked(call));
    }
    return lines.length > 0 ? lines : ['run advanced'];
  }

  /** What the program was told; that it began goes without saying. */
  #told(input: JsonObject, timeMs: number): string[] {
    switch (textAt(input, 'type')) {
      case 'callSettled':
        return [this.#settled(input, timeMs)];
      case 'deadline':
        return ['a deadline has passed'];
      case 'message':
        return [`it was sent ${this.#colours.dim(oneLine(JSON.stringify(input['content'] ?? null)))}`];
      case 'lockGranted':
        return [`  it holds ${textAt(input, 'lockId')}`];
      case 'lockRevoked':
        return [this.#colours.yellow(`  it lost ${textAt(input, 'lockId')}: ${textAt(input, 'reason')}`)];
      default:
        return [];
    }
  }

  #asked(call: JsonObject): string {
    const { cyan, yellow, dim } = this.#colours;
    if (!isQuestion(call)) return `  ${cyan('→')} ${this.#callText(call)}`;
    const actions = actionsOf(call);
    const answers = actions.length === 0 ? '' : `  ${dim(actions.join(', '))}`;
    return (
      yellow(`  ? ${textAt(call, 'callId')} asks: ${oneLine(textAt(objectAt(call, 'input'), 'question'))}`) + answers
    );
  }

  #settled(input: JsonObject, timeMs: number): string {
    const known = this.#calls.get(textAt(input, 'callId'));
    const took = known === undefined ? '' : this.#colours.dim(`  ${durationText(timeMs - known.requestedMs)}`);
    const { mark, detail } = outcomeText(objectAt(input, 'outcome'), this.#colours);
    const line = `  ${mark} ${this.#callText(input)}${took}${detail === '' ? '' : `  ${detail}`}`;
    this.#calls.delete(textAt(input, 'callId'));
    return line;
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

function definitionText(definition: JsonObject): string {
  return [textAt(definition, 'name'), textAt(definition, 'version')].join(' ').trim();
}

function triggerText(data: JsonObject): string {
  const event = objectAt(objectAt(data, 'begin'), 'event');
  const type = textAt(event, 'type');
  return type === '' ? '' : `by ${[type, textAt(event, 'subject')].filter((part) => part !== '').join(' ')}`;
}

function oneLine(text: string): string {
  return cut(text.trim().replace(/\s+/g, ' '), DETAIL_CHARS_MAX);
}
