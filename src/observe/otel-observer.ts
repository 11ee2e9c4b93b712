import { type Meter, metrics, type Tracer, trace } from '@opentelemetry/api';
import type { RunObserver } from './observer.js';
import { type MeasuredRun, RunMetrics } from './run-metrics.js';
import { RunSpans } from './run-spans.js';

export interface OtelOptions {
  /** Default: that of the global provider, named `tau-orchestrate`. */
  readonly tracer?: Tracer;
  /** Default: that of the global provider, named `tau-orchestrate`. */
  readonly meter?: Meter;
  /** Whether spans have outputs, cut after 4,096 characters. Default false: outputs may be private. */
  readonly withOutputs?: boolean;
}

const SCOPE = 'tau-orchestrate';

/** Of more runs at once the oldest is no longer followed: a host that never tells of ends must not fill the memory. */
export const FOLLOWED_RUNS_MAX = 10_000;

/**
 * Tells OpenTelemetry of runs, by whatever SDK the process has set up; without one it does nothing.
 *
 * Spans: `run <name>`, child of the `traceparent` that caused it; in it a span for each place, as they lie in each other; in these
 * `call <capability>` for each attempt, with a link to the attempt before. `traceparentOf` gives what an attempt's provider goes
 * on with. Failed ones have the status ERROR and `error.type`, the error's id.
 *
 * Metrics: `tau.run.started`, `tau.run.ended`, `tau.run.open`, `tau.run.duration`, `tau.place.duration`, `tau.call.duration`,
 * `tau.call.retries`, `tau.queue.wait` (of runs, calls and locks).
 *
 * A run that outlives its process has one trace for each process that it was in, joined by `tau.run.id`: spans are exported when
 * they end, and what was open at a crash is lost.
 */
export function otelObserver(options: OtelOptions = {}): RunObserver {
  const tracer = options.tracer ?? trace.getTracer(SCOPE);
  const meter = new RunMetrics(options.meter ?? metrics.getMeter(SCOPE));
  const withOutputs = options.withOutputs ?? false;
  const runs = new Map<string, { readonly spans: RunSpans; readonly measured: MeasuredRun }>();

  const drop = (runId: string, timeMs: number): void => {
    const run = runs.get(runId);
    if (run === undefined) return;
    runs.delete(runId);
    run.spans.abandon(timeMs);
    meter.drop(run.measured.started);
  };

  return {
    observe: (event) => {
      if (event.type === 'run.started') {
        drop(event.runId, event.timeMs);
        const oldest = runs.size < FOLLOWED_RUNS_MAX ? undefined : runs.keys().next().value;
        if (oldest !== undefined) drop(oldest, event.timeMs);
        runs.set(event.runId, { spans: new RunSpans(tracer, event, { withOutputs }), measured: meter.start(event) });
        return;
      }
      const run = runs.get(event.runId);
      if (run === undefined) return;
      run.spans.observe(event);
      meter.observe(run.measured, event);
      if (event.type === 'run.ended') runs.delete(event.runId);
    },
    traceparentOf: (runId, callId) => runs.get(runId)?.spans.traceparentOf(callId),
  };
}
