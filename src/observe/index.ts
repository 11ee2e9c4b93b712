export { type JsonLinesOptions, jsonLines } from './json-lines.js';
export {
  type CallAttempted,
  type CallRetried,
  type CallSettled,
  type CallWaiting,
  type LockObserved,
  type Observed,
  type ObservedEvent,
  Observers,
  type PlaceObserved,
  type RunEnded,
  type RunNamed,
  type RunObserver,
  type RunStarted,
  type RunTold,
} from './observer.js';
export { FOLLOWED_RUNS_MAX, type OtelOptions, otelObserver } from './otel-observer.js';
export { LIVE_LINES_MAX, type ProgressOptions, type ProgressText, progressText } from './progress-text.js';
export { type RunFacts, RunReporter } from './run-reporter.js';
export { spanContextOf, traceparentOf } from './trace-context.js';
