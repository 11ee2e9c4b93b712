import { isJsonObject, type Json, type JsonObject, type PlacedEvent, parseHlc } from 'tau-core';
import type { RunEvent } from 'tau-core/client';

/** One line of the timeline. */
export interface Entry {
  /** Milliseconds since the epoch, by the kernel's clock. */
  readonly atMs: number;
  readonly kind: 'event' | 'run' | 'step';
  /** The issue that it is about, e.g. `#3`. */
  readonly issue: string;
  readonly text: string;
  /** How long it took, in milliseconds; undefined where nothing was waited for. */
  readonly latencyMs?: number;
  readonly tone: 'plain' | 'good' | 'bad';
}

function member(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let found = value;
  for (const name of path) found = isJsonObject(found) ? found[name] : undefined;
  return found;
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function number(value: Json | undefined): number {
  return typeof value === 'number' ? value : 0;
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter((item: Json) => isJsonObject(item)) : [];
}

/** Names of the steps that a workflow began, by the id of the call that each makes. */
function stepNames(events: readonly JsonObject[]): ReadonlyMap<string, string> {
  const started = events.filter((event) => event['type'] === 'StepStarted');
  return new Map(started.map(({ job, step, name, uses }) => [`${text(job)}.${text(step)}`, text(name) || text(uses)]));
}

/** The line of an event in the repository's session. Its latency: from the issue's opening to its place in the journal. */
export function eventEntry(event: PlacedEvent): Entry {
  const payload = JSON.parse(event.data) as Json;
  const atMs = parseHlc(event.hlc)?.wallMs ?? 0;
  const openedMs = Date.parse(text(member(payload, 'issue', 'created_at')));
  return {
    atMs,
    kind: 'event',
    issue: `#${number(member(payload, 'issue', 'number'))}`,
    text: `${event.type.replace(/^github\./, '')} "${text(member(payload, 'issue', 'title'))}"`,
    ...(Number.isFinite(openedMs) && { latencyMs: Math.max(0, atMs - openedMs) }),
    tone: 'plain',
  };
}

interface Call {
  /** The step's name as the workflow has it. */
  readonly step: string;
  readonly capability: string;
  readonly input: Json | undefined;
  readonly requestedMs: number;
}

/** Follows one run, event by event, and tells what is worth a line. */
export class RunTimeline {
  readonly #issue: string;
  readonly #calls = new Map<string, Call>();
  #startedMs = 0;

  constructor(issue: string) {
    this.#issue = issue;
  }

  take(event: RunEvent): readonly Entry[] {
    switch (event.type) {
      case 'run.started':
        this.#startedMs = event.timeMs;
        return [this.#entry(event, 'run', `started ${text(member(event.data, 'definition', 'name'))}`)];
      case 'run.advanced':
        return this.#advanced(event);
      case 'call.retrying':
      case 'call.lost':
        return [this.#disturbed(event)];
      case 'run.ended':
        return [this.#ended(event)];
      default:
        return [];
    }
  }

  #entry(event: RunEvent, kind: Entry['kind'], line: string, more: Partial<Entry> = {}): Entry {
    return { atMs: event.timeMs, kind, issue: this.#issue, text: line, tone: 'plain', ...more };
  }

  #advanced(event: RunEvent): readonly Entry[] {
    const settled = this.#settled(event);
    const names = stepNames(objects(event.data['events']));
    for (const call of objects(event.data['calls'])) {
      const callId = text(call['callId']);
      this.#calls.set(callId, {
        step: names.get(callId) ?? callId,
        capability: text(call['capability']).replace(/^action:/, ''),
        input: call['input'],
        requestedMs: event.timeMs,
      });
    }
    return settled;
  }

  #settled(event: RunEvent): readonly Entry[] {
    const input = event.data['input'];
    const call = this.#calls.get(text(member(input, 'callId')));
    if (text(member(input, 'type')) !== 'callSettled' || call === undefined) return [];
    const outcome = text(member(input, 'outcome', 'kind'));
    const error = text(member(input, 'outcome', 'error', 'message'));
    const why = outcome === 'ok' ? '' : ` ${outcome}: ${error}`;
    const line = `${call.step} · ${call.capability} ${detail(call.input)}${why}`;
    const latencyMs = event.timeMs - call.requestedMs;
    return [this.#entry(event, 'step', line, { latencyMs, tone: outcome === 'ok' ? 'plain' : 'bad' })];
  }

  #disturbed(event: RunEvent): Entry {
    const call = this.#calls.get(text(event.data['callId']));
    const what = event.type === 'call.lost' ? 'lost, goes to another' : 'tried again';
    const why = text(member(event.data, 'error', 'message'));
    return this.#entry(event, 'step', `${call?.step ?? 'a step'} · ${what}: ${why}`, { tone: 'bad' });
  }

  #ended(event: RunEvent): Entry {
    const outcome = text(member(event.data, 'outcome', 'kind'));
    const why = text(member(event.data, 'outcome', 'error', 'message'));
    return this.#entry(event, 'run', outcome === 'ok' ? 'succeeded' : `${outcome}: ${why}`, {
      latencyMs: event.timeMs - this.#startedMs,
      tone: outcome === 'ok' ? 'good' : 'bad',
    });
  }
}

/** What an action's input says besides where it acts. */
function detail(input: Json | undefined): string {
  if (!isJsonObject(input)) return '';
  return Object.entries(input)
    .filter(([name]) => name !== 'repository' && name !== 'issue')
    .map(([, value]) => (typeof value === 'string' ? value : JSON.stringify(value)))
    .join(' ')
    .replace(/\s+/g, ' ')
    .slice(0, 40);
}
