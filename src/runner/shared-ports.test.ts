import { tauError } from 'tau-core';
import { VirtualClock } from 'tau-core/testing';
import { describe, expect, test, vi } from 'vitest';
import { acquire, call, scripted } from '../../test/support/scripted.js';
import type { ObservedEvent } from '../observe/observer.js';
import { CallGate } from '../policy/call-gate.js';
import { LocalLocks } from './local-locks.js';
import { runLocal } from './run-local.js';

const never = () => new Promise<null>(() => {});

describe('locks', () => {
  test('are held by one run after another, and given back as runs end', async () => {
    const locks = new LocalLocks();
    const order: string[] = [];
    const go = new Map<string, () => void>();
    const handlers = {
      't:a': (_: unknown, { runId }: { runId: string }) => {
        order.push(runId);
        return new Promise<null>((resolve) => go.set(runId, () => resolve(null)));
      },
    };
    const executable = scripted([[acquire('l')], [call('a')]]);
    const runs = ['r1', 'r2', 'r3'].map((runId) => runLocal(executable, { handlers, locks, runId }));
    for (const runId of ['r1', 'r2', 'r3']) {
      await vi.waitFor(() => expect(go.has(runId)).toBe(true));
      expect(order.at(-1)).toBe(runId);
      go.get(runId)?.();
    }
    await Promise.all(runs.map(({ ended }) => ended));
    expect(order).toEqual(['r1', 'r2', 'r3']);
    expect(locks.table).toEqual({});
  });

  test('are lost to claims that take them, and killed runs leave them', async () => {
    const locks = new LocalLocks();
    const options = { handlers: { 't:a': never }, locks };
    const first = runLocal(scripted([[acquire('l')], [call('a')]]), options);
    await vi.waitFor(() => expect(first.view()).toMatchObject({ stage: 1 }));
    const second = runLocal(scripted([[acquire('l', { preempt: true })], [call('a')]]), options);
    expect((await first.ended).outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-4013' } });
    await vi.waitFor(() => expect(second.view()).toMatchObject({ stage: 1 }));
    second.cancel('now', { kill: true });
    await second.ended;
    expect(locks.table).toEqual({});
  });
});

test('thousands of runs pass locks and places on at once, and the stack holds', async () => {
  const locks = new LocalLocks();
  const gate = new CallGate();
  const policy = { bulkhead: { key: 'x', max: 1 } };
  const handlers = { 't:a': () => null };
  const executable = scripted([[acquire('l')], [call('a', { policy })]]);
  const behindGate = scripted([[call('a', { policy })]]);
  let open: () => void = () => {};
  const held = new Promise<null>((resolve) => {
    open = () => resolve(null);
  });
  const first = runLocal(executable, { handlers: { 't:a': () => held }, locks, gate });
  await vi.waitFor(() => expect(first.view()).toMatchObject({ stage: 1 }));
  const runs = Array.from({ length: 1_500 }, () => [
    runLocal(executable, { handlers, locks, gate }).ended,
    runLocal(behindGate, { handlers, gate }).ended,
  ]).flat();
  open();
  const outcomes = await Promise.all([first.ended, ...runs]);
  expect(outcomes.filter(({ outcome }) => outcome.kind !== 'ok')).toEqual([]);
}, 30_000);

describe('policies', () => {
  test('hold among all runs that share a gate: at most two in flight, the others wait', async () => {
    const gate = new CallGate();
    let inFlight = 0;
    let most = 0;
    const handlers = {
      't:a': async () => {
        inFlight += 1;
        most = Math.max(most, inFlight);
        await Promise.resolve();
        await Promise.resolve();
        inFlight -= 1;
        return null;
      },
    };
    const executable = scripted([[call('a', { policy: { bulkhead: { key: 'x', max: 2 } } })]]);
    const runs = Array.from({ length: 10 }, () => runLocal(executable, { handlers, gate }).ended);
    const outcomes = await Promise.all(runs);
    expect(outcomes.every(({ outcome }) => outcome.kind === 'ok')).toBe(true);
    expect(most).toBe(2);
  });

  test('rates wait for time, and those who give up waiting leave', async () => {
    const clock = new VirtualClock();
    const started: number[] = [];
    const handlers = {
      't:a': () => {
        started.push(clock.now());
        return null;
      },
    };
    const gate = new CallGate();
    const executable = scripted([[call('a', { policy: { rate: { key: 'x', max: 1, perMs: 1_000 } } })]]);
    const runs = Array.from({ length: 3 }, () => runLocal(executable, { handlers, gate, clock }));
    await runs[0]?.ended;
    runs[1]?.cancel('never mind');
    expect((await runs[1]?.ended)?.outcome.kind).toBe('cancelled');
    expect(started).toHaveLength(1);
    clock.advance(1_000);
    await runs[2]?.ended;
    expect(started).toEqual([clock.now() - 1_000, clock.now()]);
    expect(clock.pending).toBe(0);
  });

  test('a full bulkhead and an open circuit are errors of the call, tried again where its policy says so', async () => {
    const clock = new VirtualClock();
    const gate = new CallGate();
    const full = scripted([[call('a', { policy: { bulkhead: { key: 'x', max: 1, waitingMax: 0 } } })]]);
    const holder = runLocal(full, { handlers: { 't:a': never }, gate, clock });
    await vi.waitFor(() => expect(holder.view()).toMatchObject({ stage: 0 }));
    const refused = runLocal(full, { handlers: { 't:a': never }, gate, clock });
    expect((await refused.ended).outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-1008' } });

    let isDown = true;
    let calls = 0;
    const handlers = {
      't:a': () => {
        calls += 1;
        if (isDown) throw tauError('UNREACHABLE', 'down');
        return 'up';
      },
    };
    const policy = { breaker: { key: 'y', failuresMax: 2, openMs: 5_000 } };
    const broken = scripted([[call('a', { policy })]]);
    for (let n = 0; n < 2; n += 1) await runLocal(broken, { handlers, gate, clock }).ended;
    const open = await runLocal(broken, { handlers, gate, clock }).ended;
    expect(open.outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-3009' } });
    expect(calls).toBe(2);
    isDown = false;
    const retry = { attemptsMax: 3, firstDelayMs: 100, factor: 1, delayMaxMs: 100 };
    const patient = runLocal(scripted([[call('a', { policy, retry })]]), { handlers, gate, clock });
    await vi.waitFor(() => expect(clock.pending).toBeGreaterThan(0));
    clock.advance(5_000);
    expect((await patient.ended).outcome).toEqual({ kind: 'ok', output: { a: 'up' } });
  });
});

test('observers see runs, calls and places; one that throws is dropped', async () => {
  const events: ObservedEvent[] = [];
  const warnings: string[] = [];
  const broken = {
    observe: () => {
      throw new Error('broken');
    },
  };
  const executable = scripted([[call('a')], [call('b')]], { tolerant: true });
  const run = runLocal(executable, {
    handlers: { 't:a': () => 1 },
    observers: [broken, { observe: (event) => events.push(event) }],
    warn: (text) => warnings.push(text),
  });
  await run.ended;
  expect(warnings).toHaveLength(1);
  expect(events.map(({ type }) => type)).toEqual([
    'run.started',
    'call.attempt',
    'call.settled',
    'place.completed',
    'call.attempt',
    'call.settled',
    'place.completed',
    'run.ended',
  ]);
  expect(events.every(({ runId }) => runId === run.runId)).toBe(true);
});
