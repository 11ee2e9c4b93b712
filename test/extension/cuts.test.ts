import { describe, expect, test } from 'vitest';
import { Verdict, Welcome } from '../../src/contract/extension-v1.js';
import { outcomeFromProto } from '../../src/contract/outcome.js';
import type { ExtensionState } from '../../src/extension/index.js';
import { eventually } from '../../src/testing/eventually.js';
import { VirtualClock } from '../../src/testing/virtual-clock.js';
import { ERROR_CATALOGUE, type ErrorName } from '../../src/vocabulary/error-catalogue.js';
import { later } from '../../src/vocabulary/instant.js';
import { type TauError, tauError } from '../../src/vocabulary/tau-error.js';
import type { FakeKernel } from './fake-kernel.js';
import { connected, doing, gate, ref, startedKernel } from './harness.js';

/** Handlers that wait for the test, by work id, and the reasons for which they were told to stop. */
function waitingHandlers() {
  const gates = new Map<string, ReturnType<typeof gate<string>>>();
  const told = new Map<string, TauError>();
  const extension = doing((_, { workId, signal }) => {
    const own = gate<string>();
    gates.set(workId, own);
    return new Promise<string>((resolve, reject) => {
      void own.passed.then(resolve);
      signal.addEventListener('abort', () => {
        told.set(workId, signal.reason as TauError);
        reject(new DOMException('stopped', 'AbortError'));
      });
    });
  });
  const open = (workId: string): void => gates.get(workId)?.open('done');
  const running = (count: number): Promise<true> =>
    eventually(() => gates.size === count, { what: `${count} handlers` });
  return { extension, told, open, running };
}

function stream(kernel: FakeKernel, number: number) {
  return eventually(() => kernel.streams[number - 1]?.hello && kernel.streams[number - 1], {
    what: `stream ${number}`,
  });
}

describe('a cut', () => {
  test('keeps running work and unacknowledged results, and offers them on the next stream', async () => {
    const kernel = await startedKernel();
    const handlers = waitingHandlers();
    const extension = connected(kernel, handlers.extension);
    await extension.attached();
    const first = kernel.stream;
    first.work(ref('done', 1));
    first.work(ref('runs', 2));
    first.work(ref('ends-meanwhile', 3));
    await handlers.running(3);
    handlers.open('done');
    await eventually(() => first.results.length === 1);

    kernel.behaviour.welcomes = false;
    first.end();
    const second = await stream(kernel, 2);
    expect(second.hello).toStrictEqual({
      registrationId: 'r1',
      lastSeq: 4,
      running: [ref('runs', 2), ref('ends-meanwhile', 3)],
      kept: [ref('done', 1)],
    });
    handlers.open('ends-meanwhile');
    second.send({
      $case: 'welcome',
      value: Welcome.fromPartial({ keep: second.hello?.running ?? [], resend: second.hello?.kept ?? [] }),
    });
    await eventually(() => second.results.length === 2);
    expect(second.results.map((result) => result.ref?.workId)).toStrictEqual(['done', 'ends-meanwhile']);
    expect(kernel.registrations).toHaveLength(1);
    expect(handlers.told.size).toBe(0);

    second.send({ $case: 'ack', value: { ref: ref('done', 1), verdict: Verdict.DUPLICATE } });
    second.send({ $case: 'ack', value: { ref: ref('ends-meanwhile', 3), verdict: Verdict.STALE } });
    second.end();
    const third = await stream(kernel, 3);
    expect(third.hello).toMatchObject({ running: [ref('runs', 2)], kept: [] });
  });

  test('by a killed kernel ends when another one listens', async () => {
    const kernel = await startedKernel();
    const states: [ExtensionState, string | undefined][] = [];
    const extension = connected(
      kernel,
      doing(() => null),
      { onState: (state, error) => states.push([state, error?.id]) },
    );
    await extension.attached();
    kernel.kill();
    await eventually(() => states.filter(([, id]) => id === ERROR_CATALOGUE.UNREACHABLE.id).length >= 2);
    expect(extension.state).toBe('cut');
    await kernel.start();
    await extension.attached();
    expect(states[0]).toStrictEqual(['attached', undefined]);
    expect(states.at(-1)).toStrictEqual(['attached', undefined]);
  });

  test('by a kernel that drains leaves everything as it is', async () => {
    const kernel = await startedKernel();
    const handlers = waitingHandlers();
    await connected(kernel, handlers.extension).attached();
    kernel.stream.work(ref('w1'));
    await handlers.running(1);
    const first = kernel.stream;
    first.send({ $case: 'draining', value: { graceMs: 100 } });
    handlers.open('w1');
    await eventually(() => first.results.length === 1);
    first.end();
    expect((await stream(kernel, 2)).hello).toMatchObject({ running: [], kept: [ref('w1')] });
  });

  test('answered by Welcome.abort stops the handler, whose result nobody gets', async () => {
    const kernel = await startedKernel();
    const handlers = waitingHandlers();
    await connected(kernel, handlers.extension, { creditItems: 3 }).attached();
    kernel.stream.work(ref('w1'));
    await handlers.running(1);
    kernel.behaviour.welcomes = false;
    kernel.stream.end();
    const second = await stream(kernel, 2);
    second.send({ $case: 'welcome', value: Welcome.fromPartial({ abort: [ref('w1')] }) });
    await eventually(() => handlers.told.has('w1'));
    await eventually(() => second.credit === 3, { what: 'all credit' });
    expect(handlers.told.get('w1')?.is('WORK_LOST')).toBe(true);
    expect(second.results).toStrictEqual([]);
  });

  test('after which the kernel has forgotten the registration makes it register again, and keep its work', async () => {
    const kernel = await startedKernel();
    const handlers = waitingHandlers();
    const extension = connected(kernel, handlers.extension);
    await extension.attached();
    kernel.stream.work(ref('w1'));
    await handlers.running(1);
    kernel.behaviour.refuseAttach = (id) => (id === 'r1' ? tauError('NOT_REGISTERED', 'who?') : undefined);
    kernel.stream.end();
    await eventually(() => kernel.streams.at(-1)?.hello?.registrationId === 'r2');
    expect(kernel.stream.hello).toMatchObject({ lastSeq: 0, running: [ref('w1')] });
    expect(kernel.registrations[1]).toStrictEqual(kernel.registrations[0]);
    await extension.attached();
    handlers.open('w1');
    await eventually(() => kernel.stream.results.length === 1);
  });
});

describe('the end of a lease', () => {
  test('stops handlers after the time that the kernel named, not before', async () => {
    const kernel = await startedKernel();
    kernel.behaviour.leaseTtlMs = 5000;
    const clock = new VirtualClock();
    const handlers = waitingHandlers();
    const extension = connected(kernel, handlers.extension, { clock });
    await extension.attached();
    kernel.stream.work(ref('w1'));
    await handlers.running(1);
    kernel.kill();
    await eventually(() => extension.state === 'cut');
    clock.advance(4999);
    expect(handlers.told.size).toBe(0);
    clock.advance(1);
    expect(handlers.told.get('w1')?.is('WORK_LOST')).toBe(true);

    await kernel.start();
    await eventually(() => {
      clock.advance(100);
      return kernel.streams.length === 2 && kernel.stream.results.length === 1;
    });
    expect(outcomeFromProto(kernel.stream.results[0]?.outcome)).toMatchObject({
      kind: 'unknown',
      error: { id: 'TAU-3003' },
    });
  });

  test('gives up a stream that is open and silent', async () => {
    const kernel = await startedKernel();
    kernel.behaviour.leaseTtlMs = 5000;
    const clock = new VirtualClock();
    const errors: unknown[] = [];
    const extension = connected(
      kernel,
      doing(() => null),
      { clock, onState: (_, error) => error && errors.push(error.id) },
    );
    await extension.attached();
    clock.advance(5000);
    await eventually(() => extension.state === 'cut');
    await eventually(() => kernel.streams[0]?.ended === true);
    expect(errors).toStrictEqual([ERROR_CATALOGUE.UNREACHABLE.id]);
    clock.advance(100);
    await extension.attached();
  });
});

describe('a running handler', () => {
  test('is told of a cancel, and ends as cancelled', async () => {
    const kernel = await startedKernel();
    const handlers = waitingHandlers();
    await connected(kernel, handlers.extension).attached();
    kernel.stream.work(ref('w1', 7));
    await handlers.running(1);
    kernel.stream.send({ $case: 'cancel', value: { ref: ref('w1', 6), reason: 'an earlier one' } });
    kernel.stream.send({ $case: 'cancel', value: { ref: ref('w1', 7), reason: 'by user:octocat' } });
    await eventually(() => kernel.stream.results.length === 1);
    expect(outcomeFromProto(kernel.stream.results[0]?.outcome)).toStrictEqual({
      kind: 'cancelled',
      reason: 'by user:octocat',
    });
    expect(handlers.told.get('w1')?.is('RUN_CANCELLED')).toBe(true);
  });

  test('is told of its deadline, the earlier of the two', async () => {
    const kernel = await startedKernel();
    const clock = new VirtualClock();
    const handlers = waitingHandlers();
    await connected(kernel, handlers.extension, { clock }).attached();
    const now = clock.now();
    kernel.stream.work(ref('wall', 1), { deadlineMs: later(now, 1000), remainingMs: 9000 });
    kernel.stream.work(ref('remaining', 2), { deadlineMs: later(now, 9000), remainingMs: 2000 });
    kernel.stream.work(ref('passed', 3), { deadlineMs: now });
    await handlers.running(2);
    const ids = (): string[] => kernel.stream.results.map((result) => result.ref?.workId ?? '');
    await eventually(() => ids().length === 1);
    clock.advance(999);
    expect(handlers.told.size).toBe(0);
    clock.advance(1);
    await eventually(() => ids().length === 2);
    clock.advance(1000);
    await eventually(() => ids().length === 3);
    expect(ids()).toStrictEqual(['passed', 'wall', 'remaining']);
    const outcomes = kernel.stream.results.map((result) => outcomeFromProto(result.outcome));
    expect(outcomes).toMatchObject([
      { kind: 'failed', error: { id: 'TAU-3002', outcome: 'not-done' } },
      { kind: 'unknown', error: { id: 'TAU-3002', outcome: 'unknown' } },
      { kind: 'unknown', error: { id: 'TAU-3002', outcome: 'unknown' } },
    ]);
  });
});

describe('an extension that the kernel does not want stops with its error', () => {
  test.each<ErrorName>(['REGISTRATION_REFUSED', 'UNAUTHENTICATED', 'DENIED'])('%s at Register', async (name) => {
    const kernel = await startedKernel();
    kernel.behaviour.refuseRegister = tauError(name, 'no');
    const extension = connected(
      kernel,
      doing(() => null),
    );
    await expect(extension.attached()).rejects.toMatchObject({ data: { id: ERROR_CATALOGUE[name].id, message: 'no' } });
    expect(extension.state).toBe('stopped');
    expect(kernel.registrations).toHaveLength(1);
  });

  test('INSTANCE_REPLACED, its handlers told to stop', async () => {
    const kernel = await startedKernel();
    const handlers = waitingHandlers();
    const extension = connected(kernel, handlers.extension);
    await extension.attached();
    kernel.stream.work(ref('w1'));
    await handlers.running(1);
    kernel.stream.end(tauError('INSTANCE_REPLACED', 'a newer one lives'));
    expect(await extension.stopped()).toMatchObject({ id: ERROR_CATALOGUE.INSTANCE_REPLACED.id });
    expect(handlers.told.size).toBe(1);
    expect(kernel.streams).toHaveLength(1);
  });
});

test('a closed extension leaves no timer behind, even while handlers that do not listen run on', async () => {
  const kernel = await startedKernel();
  const clock = new VirtualClock();
  const gates = new Map<string, ReturnType<typeof gate<string>>>();
  const deaf = doing((_, { workId }) => {
    const own = gate<string>();
    gates.set(workId, own);
    return own.passed;
  });
  const extension = connected(kernel, deaf, { clock });
  await extension.attached();
  for (const [index, workId] of ['w1', 'w2'].entries()) kernel.stream.work(ref(workId, index + 1));
  await eventually(() => gates.size === 2);
  await extension.close();
  gates.get('w1')?.open('done');
  await gates.get('w1')?.passed;
  await eventually(() => kernel.stream.ended);
  expect(clock.pending).toBe(0);
});

test('a kernel that never answers Register is tried again after the limit', async () => {
  const kernel = await startedKernel();
  const clock = new VirtualClock();
  kernel.behaviour.holdRegister = true;
  const errors: unknown[] = [];
  const extension = connected(
    kernel,
    doing(() => null),
    { clock, onState: (_, error) => error && errors.push(error.message) },
  );
  await eventually(() => kernel.registrations.length === 1);
  clock.advance(10_000);
  await eventually(() => errors.length === 1);
  expect(errors).toStrictEqual(['the kernel did not answer Register in 10000 ms']);
  kernel.behaviour.holdRegister = false;
  clock.advance(100);
  await extension.attached();
});
