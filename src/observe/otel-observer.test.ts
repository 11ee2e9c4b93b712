import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { DataPointType, MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { errorData, type Instant, instant, type Outcome } from 'tau-core';
import { describe, expect, test } from 'vitest';
import type { ObservedEvent } from './observer.js';
import { FOLLOWED_RUNS_MAX, type OtelOptions, otelObserver } from './otel-observer.js';
import { spanContextOf } from './trace-context.js';

class PulledReader extends MetricReader {
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}

/** A distributive `Omit`: of each member of a union by itself. */
type Said = ObservedEvent extends infer Event
  ? Event extends unknown
    ? Omit<Event, 'runId' | 'sessionId' | 'timeMs'>
    : never
  : never;

function recorded(options: Omit<OtelOptions, 'tracer' | 'meter'> = {}) {
  const exporter = new InMemorySpanExporter();
  const reader = new PulledReader();
  const tracer = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }).getTracer('test');
  const meter = new MeterProvider({ readers: [reader] }).getMeter('test');
  const observer = otelObserver({ tracer, meter, ...options });
  return {
    observer,
    tell: (ms: number, said: Said, runId = 'r1') =>
      observer.observe({ ...said, runId, sessionId: 's1', timeMs: at(ms) } as ObservedEvent),
    spans: () => exporter.getFinishedSpans(),
    span: (name: string) => {
      const found = exporter.getFinishedSpans().filter((span) => span.name === name);
      expect(found, name).toHaveLength(1);
      return found[0] as ReadableSpan;
    },
    measured: async () => {
      const { resourceMetrics } = await reader.collect();
      const metrics = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
      return Object.fromEntries(
        metrics.map((metric) => [
          metric.descriptor.name,
          metric.dataPoints.map(({ attributes, value }) => ({
            attributes,
            value: metric.dataPointType === DataPointType.HISTOGRAM ? (value as { sum?: number }).sum : value,
          })),
        ]),
      );
    },
  };
}

const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const at = (ms: number): Instant => instant(1_600_000_000_000 + ms);
const call = { callId: 'plan.0', capability: 'model:plan', at: 'plan' };
const ended = (outcome: Outcome): Said => ({ type: 'run.ended', outcome });
const OK = ended({ kind: 'ok', output: { secret: 'x' } });
const LOST = errorData('WORK_LOST', 'gone');

/** A run with one place in another, and a call that is tried twice. */
function whole(run: ReturnType<typeof recorded>): void {
  run.tell(0, {
    type: 'run.started',
    program: 'workflow',
    name: 'demo',
    version: 'v1',
    traceparent: TRACEPARENT,
    waitedMs: 2_000,
  });
  run.tell(10, { type: 'place.started', at: 'plan', label: 'Plan' });
  run.tell(10, { type: 'place.started', at: 'plan.think' });
  run.tell(10, { type: 'call.waiting', ...call, attempt: 1 });
  run.tell(1_010, { type: 'call.attempt', ...call, attempt: 1, waitedMs: 1_000 });
  run.tell(2_010, { type: 'call.retry', ...call, attempt: 1, delayMs: 500, error: LOST });
  run.tell(2_510, { type: 'call.attempt', ...call, attempt: 2 });
  run.tell(3_510, { type: 'call.settled', ...call, attempts: 2, outcome: 'ok' });
  run.tell(3_510, { type: 'place.asked', at: 'plan.think' });
  run.tell(3_510, { type: 'place.completed', at: 'plan.think', output: { n: 1 } });
  run.tell(4_000, { type: 'place.failed', at: 'plan', error: errorData('STEP_FAILED', 'no') });
  run.tell(4_000, { type: 'place.skipped', at: 'act' });
  run.tell(4_000, ended({ kind: 'failed', error: errorData('STEP_FAILED', 'no') }));
}

describe('spans', () => {
  test('lie in each other as the run, its places and the attempts of its calls do', () => {
    const run = recorded();
    whole(run);
    const [root, plan, think] = [run.span('run demo'), run.span('Plan'), run.span('plan.think')];
    const attempts = run.spans().filter(({ name }) => name === 'call model:plan');
    const parentOf = (span: ReadableSpan | undefined) => span?.parentSpanContext?.spanId;
    expect(parentOf(root)).toBe('b7ad6b7169203331');
    expect(new Set(run.spans().map((span) => span.spanContext().traceId))).toEqual(
      new Set(['0af7651916cd43dd8448eb211c80319c']),
    );
    expect(parentOf(plan)).toBe(root.spanContext().spanId);
    expect(parentOf(think)).toBe(plan.spanContext().spanId);
    expect(attempts.map(parentOf)).toEqual([plan.spanContext().spanId, plan.spanContext().spanId]);
    expect(attempts.map(({ kind }) => kind)).toEqual([SpanKind.CLIENT, SpanKind.CLIENT]);
  });

  test('have the times that the host tells, even long gone ones', () => {
    const run = recorded();
    whole(run);
    expect(run.span('run demo')).toMatchObject({ startTime: [1_600_000_000, 0], endTime: [1_600_000_004, 0] });
    expect(run.span('plan.think')).toMatchObject({
      startTime: [1_600_000_000, 10_000_000],
      duration: [3, 500_000_000],
    });
  });

  test('say what was tried again, and why, with a link from the later attempt', () => {
    const run = recorded();
    whole(run);
    const [first, second] = run.spans().filter(({ name }) => name === 'call model:plan');
    expect(first).toMatchObject({
      status: { code: SpanStatusCode.ERROR, message: 'gone' },
      attributes: {
        'tau.call.attempt': 1,
        'error.type': 'TAU-3003',
        'tau.retry.delay_ms': 500,
        'tau.call.waited_ms': 1_000,
      },
    });
    expect(second).toMatchObject({
      status: { code: SpanStatusCode.UNSET },
      attributes: { 'tau.call.attempt': 2, 'tau.outcome': 'ok' },
    });
    expect(second?.links).toMatchObject([
      { context: { spanId: first?.spanContext().spanId }, attributes: { 'tau.link': 'retry of' } },
    ]);
    expect(first?.links).toEqual([]);
  });

  test('have outcomes, errors and what happened at them, by names of the conventions', () => {
    const run = recorded();
    whole(run);
    expect(run.span('run demo')).toMatchObject({
      status: { code: SpanStatusCode.ERROR, message: 'no' },
      attributes: {
        'tau.run.id': 'r1',
        'tau.session.id': 's1',
        'tau.program': 'workflow',
        'tau.definition.version': 'v1',
        'cicd.pipeline.name': 'demo',
        'cicd.pipeline.run.id': 'r1',
        'tau.outcome': 'failed',
        'error.type': 'TAU-4004',
      },
    });
    expect(run.span('run demo').events.map(({ name, attributes }) => [name, attributes?.['tau.place']])).toEqual([
      ['place.skipped', 'act'],
    ]);
    expect(run.span('plan.think').events.map(({ name }) => name)).toEqual(['place.asked']);
    expect(run.span('Plan').events.map(({ name }) => name)).toEqual(['call.waiting']);
  });

  test('have outputs only where that is asked for', () => {
    const without = recorded();
    whole(without);
    expect(JSON.stringify(without.spans().map(({ attributes, events }) => [attributes, events]))).not.toContain(
      'output',
    );
    const withThem = recorded({ withOutputs: true });
    whole(withThem);
    expect(withThem.span('plan.think').attributes['tau.output']).toBe('{"n":1}');
  });

  test('have messages of errors that are no longer than outputs', () => {
    const run = recorded();
    run.tell(0, { type: 'run.started', program: 'flow' });
    run.tell(1, ended({ kind: 'failed', error: errorData('STEP_FAILED', 'x'.repeat(1_000_000)) }));
    const { status, attributes } = run.span('run flow');
    expect([status.message?.length, String(attributes['error.message']).length]).toEqual([4_096, 4_096]);
  });

  test('end with their run, and a place that comes again is a new span', () => {
    const run = recorded();
    run.tell(0, { type: 'run.started', program: 'flow' });
    run.tell(1, { type: 'place.started', at: 'loop' });
    run.tell(2, { type: 'place.started', at: 'loop' });
    run.tell(3, { type: 'call.attempt', callId: 'loop.0', capability: 'x', at: 'loop', attempt: 1 });
    run.tell(4, ended({ kind: 'cancelled', reason: 'enough' }));
    expect(run.spans().map(({ name }) => name)).toEqual(['loop', 'call x', 'loop', 'run flow']);
    expect(run.span('run flow')).toMatchObject({
      status: { code: SpanStatusCode.UNSET },
      attributes: { 'tau.outcome': 'cancelled' },
    });
    run.tell(5, { type: 'place.started', at: 'late' });
    expect(run.spans()).toHaveLength(4);
  });

  test('give what an attempt calls a traceparent, while it lasts', () => {
    const run = recorded();
    run.tell(0, { type: 'run.started', program: 'flow', traceparent: TRACEPARENT });
    expect(run.observer.traceparentOf?.('r1', 'plan.0')).toBeUndefined();
    run.tell(1, { type: 'call.attempt', ...call, attempt: 1 });
    const given = run.observer.traceparentOf?.('r1', 'plan.0') ?? '';
    run.tell(2, { type: 'call.settled', ...call, attempts: 1, outcome: 'ok' });
    const attempt = run.span('call model:plan').spanContext();
    expect(given).toBe(`00-0af7651916cd43dd8448eb211c80319c-${attempt.spanId}-01`);
    expect(run.observer.traceparentOf?.('r1', 'plan.0')).toBeUndefined();
  });
});

describe('metrics', () => {
  test('count and measure what happened, with few attributes', async () => {
    const run = recorded();
    whole(run);
    run.tell(0, { type: 'run.started', program: 'flow' }, 'r2');
    run.tell(0, { type: 'lock.claimed', lockId: 'l', key: 'deploy' }, 'r2');
    run.tell(3_000, { type: 'lock.granted', lockId: 'l', key: 'deploy' }, 'r2');
    run.tell(0, { type: 'place.started', at: 'map[12].score[3]' }, 'r2');
    run.tell(500, { type: 'place.completed', at: 'map[12].score[3]' }, 'r2');
    run.tell(600, { type: 'place.started', at: 'again#17.score' }, 'r2');
    run.tell(700, { type: 'place.completed', at: 'again#17.score' }, 'r2');
    const measured = await run.measured();
    const demo = { 'tau.program': 'workflow', 'tau.definition.name': 'demo' };
    const flow = { 'tau.program': 'flow' };
    const failed = { 'tau.outcome': 'failed', 'error.type': 'TAU-4004' };
    expect(measured).toEqual({
      'tau.run.started': [
        { attributes: demo, value: 1 },
        { attributes: flow, value: 1 },
      ],
      'tau.run.ended': [{ attributes: { ...demo, ...failed }, value: 1 }],
      'tau.run.open': [
        { attributes: demo, value: 0 },
        { attributes: flow, value: 1 },
      ],
      'tau.run.duration': [{ attributes: { ...demo, ...failed }, value: 4 }],
      'tau.place.duration': [
        { attributes: { ...demo, 'tau.place': 'plan.think', 'tau.outcome': 'completed' }, value: 3.5 },
        { attributes: { ...demo, 'tau.place': 'plan', ...failed }, value: 3.99 },
        { attributes: { ...flow, 'tau.place': 'map[*].score[*]', 'tau.outcome': 'completed' }, value: 0.5 },
        { attributes: { ...flow, 'tau.place': 'again[*].score', 'tau.outcome': 'completed' }, value: 0.1 },
      ],
      'tau.call.duration': [
        {
          attributes: {
            ...demo,
            'tau.call.capability': 'model:plan',
            'tau.outcome': 'failed',
            'error.type': 'TAU-3003',
          },
          value: 1,
        },
        { attributes: { ...demo, 'tau.call.capability': 'model:plan', 'tau.outcome': 'ok' }, value: 1 },
      ],
      'tau.call.retries': [
        { attributes: { ...demo, 'tau.call.capability': 'model:plan', 'error.type': 'TAU-3003' }, value: 1 },
      ],
      'tau.queue.wait': [
        { attributes: { ...demo, 'tau.queue': 'run' }, value: 2 },
        { attributes: { ...demo, 'tau.queue': 'call' }, value: 1 },
        { attributes: { ...flow, 'tau.queue': 'lock' }, value: 3 },
      ],
    });
  });

  test('a run that goes on after a restart is open, and was not started again', async () => {
    const run = recorded();
    run.tell(0, { type: 'run.started', program: 'flow', isResumed: true });
    const measured = await run.measured();
    expect(measured['tau.run.started']).toBeUndefined();
    expect(measured['tau.run.open']).toEqual([{ attributes: { 'tau.program': 'flow' }, value: 1 }]);
  });

  test('runs whose end nobody tells of are dropped when there are too many', async () => {
    const run = recorded();
    for (let count = 0; count <= FOLLOWED_RUNS_MAX; count++)
      run.tell(0, { type: 'run.started', program: 'flow' }, `r${count}`);
    expect(run.spans()).toMatchObject([
      { name: 'run flow', attributes: { 'tau.run.id': 'r0', 'tau.abandoned': true } },
    ]);
    expect((await run.measured())['tau.run.open']?.[0]?.value).toBe(FOLLOWED_RUNS_MAX);
  });
});

test('without an SDK it does nothing', () => {
  const observer = otelObserver();
  observer.observe({ type: 'run.started', program: 'flow', runId: 'r', sessionId: 's', timeMs: at(0) });
  observer.observe({ type: 'call.attempt', ...call, attempt: 1, runId: 'r', sessionId: 's', timeMs: at(0) });
  expect(observer.traceparentOf?.('r', call.callId)).toBeUndefined();
  observer.observe({ ...(OK as object), runId: 'r', sessionId: 's', timeMs: at(0) } as ObservedEvent);
});

test.each([
  ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00', 0],
  ['cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff-what', 1],
  ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more', undefined],
  ['ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', undefined],
  ['00-00000000000000000000000000000000-b7ad6b7169203331-01', undefined],
  ['00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01', undefined],
  ['', undefined],
])('reads the traceparent "%s"', (text, flags) => {
  expect(spanContextOf(text)?.traceFlags).toBe(flags);
});
