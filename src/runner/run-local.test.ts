import { tauError } from 'tau-core';
import { VirtualClock } from 'tau-core/testing';
import { describe, expect, test, vi } from 'vitest';
import { type WorkflowDefinition, workflowLanguage, workflowProgram } from '../index.js';
import type { LocalContext, LocalHandler } from './local-call.js';
import { type LocalOptions, runLocal } from './run-local.js';

function definitionOf(steps: string, on = 'push'): WorkflowDefinition {
  const parsed = workflowLanguage.parse(`on: ${on}\njobs: { a: { steps: [${steps}] } }`, 'w.yml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.definition;
}

function run(steps: string, options: Omit<LocalOptions<never>, 'onEvent'>) {
  return runLocal(workflowLanguage, definitionOf(steps), options);
}

const ECHO = { 'action:x/a@v1': (input: unknown) => ({ got: input as string }) };

describe('runLocal', () => {
  test('runs to the end with functions for actions', async () => {
    const steps = `{ id: one, uses: x/a@v1, with: { n: 1 } }, { uses: x/a@v1, with: { n: '\${{ steps.one.outputs.got.n }}' } }`;
    const seen: string[] = [];
    const { outcome, events, state } = await runLocal(workflowLanguage, definitionOf(steps), {
      handlers: ECHO,
      onEvent: ({ type }) => seen.push(type),
    });
    expect(outcome).toEqual({ kind: 'ok', output: { jobs: { a: { result: 'success', outputs: {} } } } });
    expect(seen).toEqual(events.map(({ type }) => type));
    const begin = state.begin;
    const definition = definitionOf(steps);
    const folded = events.reduce(
      (at, event) => workflowProgram.evolve(definition, at, event),
      workflowProgram.initial(definition, begin),
    );
    expect(folded).toEqual(state);
  });

  test('tells handlers who they serve, and gives them copies', async () => {
    const contexts: LocalContext[] = [];
    const inputs: string[] = [];
    const handler: LocalHandler = (input, context) => {
      contexts.push(context);
      inputs.push(JSON.stringify(input));
      Object.assign(input, { changed: true });
      return { input };
    };
    const definition = definitionOf('{ id: one, uses: x/a@v1, with: { deep: { n: 1 } } }');
    for (const runId of ['r7', 'r8']) {
      await runLocal(workflowLanguage, definition, { handlers: { 'action:x/a@v1': handler }, runId });
    }
    expect(inputs).toEqual(['{"deep":{"n":1}}', '{"deep":{"n":1}}']);
    expect(contexts[1]).toMatchObject({
      callId: 'a.one',
      capability: 'action:x/a@v1',
      attempt: 1,
      idempotencyKey: 'r8/a.one',
    });
  });

  test('fails at once where nobody offers an action', async () => {
    const { outcome } = await run('{ uses: x/missing@v1 }', { handlers: {} });
    expect(outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-3001' } });
    // What every object has is no handler.
    const inherited = await run('{ uses: x/missing@v1 }', { handlers: Object.create(ECHO) as typeof ECHO });
    expect(inherited.outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-3001' } });
  });

  test('calls any thrown value a failed handler, and keeps what a TauError says', async () => {
    const broken = { 'action:x/a@v1': () => Promise.reject(new Error('no luck')) };
    expect((await run('{ uses: x/a@v1 }', { handlers: broken })).outcome).toMatchObject({
      error: { id: 'TAU-3005', message: 'job a, step 1 (x/a@v1): no luck' },
    });
    const refused = { 'action:x/a@v1': () => Promise.reject(tauError('GITHUB_REFUSED', 'no such label')) };
    expect((await run('{ uses: x/a@v1 }', { handlers: refused })).outcome).toMatchObject({ error: { id: 'TAU-5002' } });
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const odd = { 'action:x/a@v1': () => circular as never };
    expect((await run('{ uses: x/a@v1 }', { handlers: odd })).outcome).toMatchObject({ error: { id: 'TAU-3005' } });
  });

  test('tries again what may succeed later, with the delays of the policy', async () => {
    const clock = new VirtualClock();
    const attempts: number[] = [];
    const handler: LocalHandler = (_, { attempt }) => {
      attempts.push(clock.now());
      if (attempt < 4) throw tauError('GITHUB_RATE_LIMITED', 'later', attempt === 3 ? { retryAfterMs: 60_000 } : {});
      return null;
    };
    const started = clock.now();
    const ended = run('{ uses: x/a@v1 }', { handlers: { 'action:x/a@v1': handler }, clock });
    for (const pending of [1, 2, 3]) {
      await vi.waitFor(() => expect(attempts.length === pending && clock.pending > 0).toBe(true));
      clock.advanceToNext();
    }
    expect((await ended).outcome.kind).toBe('ok');
    expect(attempts.map((at) => at - started)).toEqual([0, 1_000, 3_000, 63_000]);
  });

  test('gives up after the tries of the policy', async () => {
    const clock = new VirtualClock();
    let tries = 0;
    const handler: LocalHandler = () => {
      tries += 1;
      throw tauError('GITHUB_UNREACHABLE', 'down');
    };
    const ended = run('{ uses: x/a@v1 }', { handlers: { 'action:x/a@v1': handler }, clock });
    for (const tried of [1, 2, 3, 4]) {
      await vi.waitFor(() => expect(tries === tried && clock.pending > 0).toBe(true));
      clock.advanceToNext();
    }
    expect((await ended).outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-5001' } });
    expect(tries).toBe(5);
  });

  test('aborts a handler whose time is over, and drops what it says then', async () => {
    const clock = new VirtualClock();
    let signal: AbortSignal | undefined;
    let answer: ((value: null) => void) | undefined;
    const handler: LocalHandler = (_, context) => {
      signal = context.signal;
      return new Promise((resolve) => {
        answer = resolve;
      });
    };
    const ended = run('{ uses: x/a@v1, timeout-minutes: 0.5 }', { handlers: { 'action:x/a@v1': handler }, clock });
    await vi.waitFor(() => expect(signal).toBeDefined());
    clock.advance(30_000);
    expect((await ended).outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-3002' } });
    expect(signal?.aborted).toBe(true);
    answer?.(null);
    expect(clock.pending).toBe(0);
  });

  test('ends jobs that are out of time by the clock', async () => {
    const clock = new VirtualClock();
    const definition = workflowLanguage.parse(
      'on: push\njobs: { a: { timeout-minutes: 1, steps: [{ uses: x/a@v1 }, { if: always(), uses: x/b@v1 }] } }',
      'w.yml',
    );
    if (!definition.ok) throw new Error('the workflow is wrong');
    let calls = 0;
    const handlers = {
      'action:x/a@v1': () => {
        calls += 1;
        return new Promise<null>(() => {});
      },
      'action:x/b@v1': () => null,
    };
    const ended = runLocal(workflowLanguage, definition.definition, { handlers, clock });
    await vi.waitFor(() => expect(calls).toBe(1));
    clock.advance(60_000);
    const { outcome, events } = await ended;
    expect(outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-3002' } });
    expect(events.filter(({ type }) => type === 'StepCompleted')).toHaveLength(2);
  });

  test('is cancelled by its signal: before it begins, and in the middle, with several calls in flight', async () => {
    const cleaned: string[] = [];
    const handlers = {
      'action:x/wait@v1': () => new Promise<null>(() => {}),
      'action:x/clean@v1': (_: unknown, { callId }: LocalContext) => {
        cleaned.push(callId);
        return null;
      },
    };
    const steps = '{ uses: x/wait@v1 }, { if: always(), uses: x/clean@v1 }';
    const early = await run(steps, { handlers, signal: AbortSignal.abort('never mind') });
    expect(early.outcome).toEqual({ kind: 'cancelled', reason: 'never mind' });

    const parsed = workflowLanguage.parse(
      `on: push\njobs: { a: { steps: [${steps}] }, b: { steps: [${steps}] } }`,
      'w.yml',
    );
    if (!parsed.ok) throw new Error('the workflow is wrong');
    const abort = new AbortController();
    const ended = runLocal(workflowLanguage, parsed.definition, { handlers, signal: abort.signal });
    abort.abort('enough');
    expect((await ended).outcome).toEqual({ kind: 'cancelled', reason: 'enough' });
    expect(cleaned).toEqual(['a.1', 'a.1', 'b.1']);
  });

  test('checks inputs as the language says', async () => {
    const definition = definitionOf(
      '{ uses: x/a@v1, with: { n: "${{ inputs.n }}" } }',
      '{ workflow_dispatch: { inputs: { n: { type: number, required: true } } } }',
    );
    await expect(runLocal(workflowLanguage, definition, { handlers: ECHO })).rejects.toMatchObject({
      data: { id: 'TAU-1001', message: 'the input "n" is required' },
    });
    const { outcome } = await runLocal(workflowLanguage, definition, { handlers: ECHO, input: { n: '5' } });
    expect(outcome.kind).toBe('ok');
  });

  test('rejects when the program itself is broken, instead of waiting for ever', async () => {
    const broken = {
      ...workflowLanguage,
      program: {
        ...workflowProgram,
        decide: (...given: Parameters<typeof workflowProgram.decide>) => {
          if (given[2].type === 'callSettled') throw new Error('a bug');
          return workflowProgram.decide(...given);
        },
      },
    };
    await expect(runLocal(broken, definitionOf('{ uses: x/a@v1 }'), { handlers: ECHO })).rejects.toThrow('a bug');
  });
});
