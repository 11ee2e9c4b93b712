import type { Attributes, Counter, Histogram, Meter, UpDownCounter } from '@opentelemetry/api';
import type { ObservedEvent, RunStarted } from './observer.js';

/** From milliseconds to days: calls of models take seconds, runs that wait for people take days. */
const SECONDS = [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400];

/** What is remembered of a run for its metrics. */
export interface MeasuredRun {
  readonly started: RunStarted;
  /** When things began: places, attempts of calls, claims of locks. Keys are prefixed by their kind. */
  readonly since: Map<string, number>;
}

/**
 * The instruments. Attributes have few values each: the program, the definition's name, the place without its indexes and rounds, the
 * capability, the outcome, the error's id. Never a run's id.
 */
export class RunMetrics {
  readonly #started: Counter;
  readonly #ended: Counter;
  readonly #open: UpDownCounter;
  readonly #retries: Counter;
  readonly #runSeconds: Histogram;
  readonly #placeSeconds: Histogram;
  readonly #callSeconds: Histogram;
  readonly #waitSeconds: Histogram;

  constructor(meter: Meter) {
    const seconds = (name: string, description: string): Histogram =>
      meter.createHistogram(name, { unit: 's', description, advice: { explicitBucketBoundaries: SECONDS } });
    this.#started = meter.createCounter('tau.run.started', { unit: '{run}', description: 'Runs that were started' });
    this.#ended = meter.createCounter('tau.run.ended', { unit: '{run}', description: 'Runs that ended, by outcome' });
    this.#open = meter.createUpDownCounter('tau.run.open', { unit: '{run}', description: 'Runs that have not ended' });
    this.#retries = meter.createCounter('tau.call.retries', {
      unit: '{attempt}',
      description: 'Attempts that failed and were followed by another',
    });
    this.#runSeconds = seconds('tau.run.duration', 'From the start of a run to its end');
    this.#placeSeconds = seconds('tau.place.duration', 'From the start of a place (node, step, job) to its end');
    this.#callSeconds = seconds('tau.call.duration', 'Of one attempt of a call');
    this.#waitSeconds = seconds('tau.queue.wait', 'How long runs, calls and claims of locks waited for their turn');
  }

  start(started: RunStarted): MeasuredRun {
    if (started.isResumed !== true) this.#started.add(1, attributesOf(started));
    this.#open.add(1, attributesOf(started));
    if (started.waitedMs !== undefined) this.#waited('run', started.waitedMs, started);
    return { started, since: new Map() };
  }

  observe({ started, since }: MeasuredRun, event: ObservedEvent): void {
    const lasted = (key: string): number | undefined => {
      const from = since.get(key);
      since.delete(key);
      return from === undefined ? undefined : (event.timeMs - from) / 1_000;
    };
    const common = attributesOf(started);
    switch (event.type) {
      case 'place.started':
        since.set(`place ${event.at}`, event.timeMs);
        return;
      case 'place.completed':
      case 'place.failed':
      case 'place.skipped':
      case 'place.cancelled': {
        const seconds = lasted(`place ${event.at}`);
        const place = {
          'tau.place': event.at.replace(/\[\d+\]|#\d+/g, '[*]'),
          'tau.outcome': event.type.slice('place.'.length),
        };
        if (seconds !== undefined) this.#placeSeconds.record(seconds, { ...common, ...place, ...errorType(event) });
        return;
      }
      case 'call.attempt':
        since.set(`call ${event.callId}`, event.timeMs);
        if (event.waitedMs !== undefined) this.#waited('call', event.waitedMs, started);
        return;
      case 'call.retry':
      case 'call.settled': {
        const seconds = lasted(`call ${event.callId}`);
        const outcome = event.type === 'call.retry' ? 'failed' : event.outcome;
        const call = { 'tau.call.capability': event.capability, ...errorType(event) };
        if (event.type === 'call.retry') this.#retries.add(1, { ...common, ...call });
        if (seconds !== undefined) this.#callSeconds.record(seconds, { ...common, ...call, 'tau.outcome': outcome });
        return;
      }
      case 'lock.claimed':
        since.set(`lock ${event.lockId}`, event.timeMs);
        return;
      case 'lock.granted': {
        const seconds = lasted(`lock ${event.lockId}`);
        if (seconds !== undefined) this.#waited('lock', seconds * 1_000, started);
        return;
      }
      case 'run.ended': {
        const { outcome } = event;
        const error = outcome.kind === 'failed' || outcome.kind === 'unknown' ? outcome.error : undefined;
        const attributes = {
          ...common,
          'tau.outcome': outcome.kind,
          ...errorType(error === undefined ? {} : { error }),
        };
        this.#ended.add(1, attributes);
        this.#runSeconds.record((event.timeMs - started.timeMs) / 1_000, attributes);
        return this.drop(started);
      }
      default:
        return;
    }
  }

  /** A run is no longer followed. */
  drop(started: RunStarted): void {
    this.#open.add(-1, attributesOf(started));
  }

  #waited(queue: 'run' | 'call' | 'lock', ms: number, started: RunStarted): void {
    this.#waitSeconds.record(ms / 1_000, { ...attributesOf(started), 'tau.queue': queue });
  }
}

function attributesOf({ program, name }: RunStarted): Attributes {
  return { 'tau.program': program, ...(name !== undefined && { 'tau.definition.name': name }) };
}

function errorType({ error }: { readonly error?: { readonly id: string } }): Attributes {
  return error === undefined ? {} : { 'error.type': error.id };
}
