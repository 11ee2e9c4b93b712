// Each run is a trace: a span for each node, and one for each try of a call.
// Answers: how do I see runs in the tracing tool that I have?
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { tauError } from 'tau-core';
import { fixedRetry } from 'tau-orchestrate';
import { chain, defineFlow, parallel, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';
import { otelObserver } from 'tau-orchestrate/observe';

const flow = defineFlow(
  'answer',
  chain({
    gather: parallel({ search: task('tool:search', { retry: fixedRetry(2, 1) }), recall: task('tool:recall') }),
    write: task('model:write'),
  }),
);

// Spans end in memory here. With the SDK of your tool set up for the process, `otelObserver()` needs no options.
const exporter = new InMemorySpanExporter();
const tracer = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }).getTracer('example');

await runLocal(flow, {
  runId: 'answer-1',
  observers: [otelObserver({ tracer })],
  handlers: {
    'tool:search': (_, { attempt }) => {
      if (attempt === 1) throw tauError('STEP_FAILED', 'too busy', { retryable: true });
      return 'bees dance';
    },
    'tool:recall': () => 'nothing',
    'model:write': () => 'they dance',
  },
}).ended;

const spans = exporter.getFinishedSpans();
const childrenOf = (parent: string | undefined): ReadableSpan[] =>
  spans
    .filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
function print(span: ReadableSpan, indent: string): void {
  const failed = span.attributes['error.type'];
  console.log(`${indent}${span.name}${failed === undefined ? '' : ` (failed: ${failed})`}`);
  for (const child of childrenOf(span.spanContext().spanId)) print(child, `${indent}  `);
}
for (const root of childrenOf(undefined)) print(root, '');
