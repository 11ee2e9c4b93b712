import { type Executable, errorData, tauError } from 'tau-core';
import { seededRandom, VirtualClock } from 'tau-core/testing';
import { describe, expect, test, vi } from 'vitest';
import { acquire, call, scripted } from '../../test/support/scripted.js';
import {
  type WorkflowDefinition,
  type WorkflowEvent,
  type WorkflowState,
  workflowLanguage,
  workflowProgram,
} from '../index.js';
import type { LocalContext, LocalHandler, LocalHandlers } from './local-handler.js';
import type { LocalOptions } from './local-options.js';
import { runLocal } from './run-local.js';

function workflow(source: string): Executable<WorkflowDefinition, WorkflowState, WorkflowEvent> {
  const parsed = workflowLanguage.parse(source, 'w.yml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  return { language: workflowLanguage, definition: parsed.definition };
}

const ofSteps = (steps: string, on = 'push') => workflow(`on: ${on}\njobs: { a: { steps: [${steps}] } }`);

const ended = (steps: string, options: LocalOptions) => runLocal(ofSteps(steps), options).ended;

const ECHO: LocalHandlers = { 'action:x/a@v1': (input) => ({ got: input }) };

const never = () => new Promise<null>(() => {});

describe('runLocal', () => {
  test('runs to the end with functions for actions, and can give all events', async () => {
    const executable = ofSteps(
      `{ id: one, uses: x/a@v1, with: { n: 1 } }, { uses: x/a@v1, with: { n: '\${{ steps.one.outputs.got.n }}' } }`,
    );
    const run = runLocal(executable, { handlers: ECHO, keepEvents: true });
    const seen: string[] = [];
    for await (const item of run.stream('events')) if (item.mode === 'events') seen.push(item.event.type);
    const { outcome, events = [], state } = await run.ended;
    expect(outcome).toEqual({ kind: 'ok', output: { jobs: { a: { result: 'success', outputs: {} } } } });
    expect(seen).toEqual(events.map(({ type }) => type));
    expect(seen.length).toBeGreaterThan(3);
    const { definition } = executable;
    const folded = events.reduce(
      (at, event) => workflowProgram.evolve(definition, at, event),
      workflowProgram.initial(definition, state.begin),
    );
    expect(folded).toEqual(state);
    expect((await runLocal(executable, { handlers: ECHO }).ended).events).toBeUndefined();
  });

  test('tells handlers who they serve, and gives them copies', async () => {
    const contexts: LocalContext[] = [];
    const inputs: string[] = [];
    const handler: LocalHandler = (input, context) => {
      contexts.push(context);
      inputs.push(JSON.stringify(input));
      Object.assign(input, { changed: true });
      Object.assign(input['deep'] as object, { n: 2 });
      return { input };
    };
    const executable = ofSteps('{ id: one, uses: x/a@v1, with: { deep: { n: 1 } } }');
    for (const runId of ['r7', 'r8']) {
      await runLocal(executable, { handlers: { 'action:x/a@v1': handler }, runId, sessionId: 'here' }).ended;
    }
    expect(inputs).toEqual(['{"deep":{"n":1}}', '{"deep":{"n":1}}']);
    expect(contexts[1]).toMatchObject({
      runId: 'r8',
      sessionId: 'here',
      callId: 'a.one',
      capability: 'action:x/a@v1',
      attempt: 1,
      idempotencyKey: 'r8/a.one',
      redelivered: false,
    });
  });

  test('keeps what a handler gave apart from what the handler does with it later', async () => {
    const given = { list: [1] };
    const run = runLocal(scripted([[call('a')], [call('b')]]), {
      handlers: {
        't:a': () => given,
        't:b': () => {
          given.list.push(2);
          return null;
        },
      },
    });
    expect((await run.ended).outcome).toEqual({ kind: 'ok', output: { a: { list: [1] }, b: null } });
  });

  test('draws ids from the random port, and refuses ill-formed ones', () => {
    const run = runLocal(scripted([]), { handlers: {}, random: seededRandom('ids') });
    expect(run.runId).toMatch(/^[0-9a-f]{16}$/);
    expect(runLocal(scripted([]), { handlers: {}, random: seededRandom('ids') }).runId).toBe(run.runId);
    expect(() => runLocal(scripted([]), { runId: 'a/b' })).toThrow(
      '"a/b" is no run id: use 1 to 64 of A-Z a-z 0-9 _ -',
    );
  });

  test('fails at once where nobody offers an action', async () => {
    expect((await ended('{ uses: x/missing@v1 }', { handlers: {} })).outcome).toMatchObject({
      kind: 'failed',
      error: { id: 'TAU-3001' },
    });
    // What every object has is no handler.
    const inherited = await ended('{ uses: x/missing@v1 }', { handlers: Object.create(ECHO) as typeof ECHO });
    expect(inherited.outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-3001' } });
  });

  test('tries again what may succeed later: with the delays of the policy, jitter and what the peer asks for', async () => {
    const clock = new VirtualClock();
    const attempts: number[] = [];
    const handler: LocalHandler = (_, { attempt }) => {
      attempts.push(clock.now());
      if (attempt < 4) throw tauError('GITHUB_RATE_LIMITED', 'later', attempt === 3 ? { retryAfterMs: 60_000 } : {});
      return null;
    };
    const started = clock.now();
    const random = { hex: (bytes: number) => 'ff'.repeat(bytes) };
    const run = runLocal(ofSteps('{ uses: x/a@v1 }'), {
      handlers: { 'action:x/a@v1': handler },
      clock,
      random,
      runId: 'r',
    });
    for (const pending of [1, 2, 3]) {
      await vi.waitFor(() => expect(attempts.length === pending && clock.pending > 0).toBe(true));
      clock.advanceToNext();
    }
    expect((await run.ended).outcome.kind).toBe('ok');
    expect(attempts.map((at) => at - started)).toEqual([0, 1_000, 3_000, 63_000]);
  });

  test('gives up after the tries of the policy', async () => {
    const clock = new VirtualClock();
    let tries = 0;
    const handler: LocalHandler = () => {
      tries += 1;
      throw tauError('GITHUB_UNREACHABLE', 'down');
    };
    const run = runLocal(ofSteps('{ uses: x/a@v1 }'), { handlers: { 'action:x/a@v1': handler }, clock });
    for (const tried of [1, 2, 3, 4]) {
      await vi.waitFor(() => expect(tries === tried && clock.pending > 0).toBe(true));
      clock.advanceToNext();
    }
    expect((await run.ended).outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-5001' } });
    expect(tries).toBe(5);
  });

  test('ends jobs that are out of time by the clock', async () => {
    const clock = new VirtualClock();
    const executable = workflow(
      'on: push\njobs: { a: { timeout-minutes: 1, steps: [{ uses: x/a@v1 }, { if: always(), uses: x/b@v1 }] } }',
    );
    let calls = 0;
    const handlers = {
      'action:x/a@v1': () => {
        calls += 1;
        return never();
      },
      'action:x/b@v1': () => null,
    };
    const run = runLocal(executable, { handlers, clock, keepEvents: true });
    await vi.waitFor(() => expect(calls).toBe(1));
    clock.advance(60_000);
    const { outcome, events = [] } = await run.ended;
    expect(outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-3002' } });
    expect(events.filter(({ type }) => type === 'StepCompleted')).toHaveLength(2);
    expect(clock.pending).toBe(0);
  });

  test('is cancelled by its signal: before it begins, and in the middle, with several calls in flight', async () => {
    const cleaned: string[] = [];
    const handlers = {
      'action:x/wait@v1': never,
      'action:x/clean@v1': (_: unknown, { callId }: LocalContext) => {
        cleaned.push(callId);
        return null;
      },
    };
    const steps = '{ uses: x/wait@v1 }, { if: always(), uses: x/clean@v1 }';
    const early = await ended(steps, { handlers, signal: AbortSignal.abort('never mind') });
    expect(early.outcome).toEqual({ kind: 'cancelled', reason: 'never mind' });

    const abort = new AbortController();
    const executable = workflow(`on: push\njobs: { a: { steps: [${steps}] }, b: { steps: [${steps}] } }`);
    const run = runLocal(executable, { handlers, signal: abort.signal });
    abort.abort('enough');
    expect((await run.ended).outcome).toEqual({ kind: 'cancelled', reason: 'enough' });
    expect(cleaned).toEqual(['a.1', 'a.1', 'b.1']);
  });

  test('checks inputs as the language says', async () => {
    const executable = ofSteps(
      '{ uses: x/a@v1, with: { n: "${{ inputs.n }}" } }',
      '{ workflow_dispatch: { inputs: { n: { type: number, required: true } } } }',
    );
    const refused = runLocal(executable, { handlers: ECHO });
    const items = refused.stream('events');
    await expect(refused.ended).rejects.toMatchObject({
      data: { id: 'TAU-1001', message: expect.stringContaining('the input "n" is required') },
    });
    await expect(items.next()).rejects.toMatchObject({ data: { id: 'TAU-1001' } });
    await expect(refused.idle()).rejects.toMatchObject({ data: { id: 'TAU-1001' } });
    expect((await runLocal(executable, { handlers: ECHO, input: { n: '5' } }).ended).outcome.kind).toBe('ok');
  });

  test('rejects when the program itself is broken, instead of waiting for ever, and tells its handlers', async () => {
    const executable = scripted([[call('a'), call('b')]]);
    let signal: AbortSignal | undefined;
    const broken = {
      ...executable,
      language: {
        ...executable.language,
        program: {
          ...executable.language.program,
          decide: (...given: Parameters<typeof executable.language.program.decide>) => {
            if (given[2].type === 'callSettled') throw new Error('a bug');
            return executable.language.program.decide(...given);
          },
        },
      },
    };
    const handlers = {
      't:a': (_: unknown, context: LocalContext) => {
        signal = context.signal;
        return never();
      },
      't:b': () => null,
    };
    await expect(runLocal(broken, { handlers }).ended).rejects.toThrow('a bug');
    expect(signal?.aborted).toBe(true);
  });

  test('cancels gracefully, then kills: handlers are told at once', async () => {
    const aborted: string[] = [];
    const waiting: LocalHandler = (_, { signal, callId }) => {
      signal.addEventListener('abort', () => aborted.push(`${callId}: ${(signal.reason as Error).message}`));
      return never();
    };
    const run = runLocal(scripted([[call('a')]], { cleans: true }), {
      handlers: { 't:a': waiting, 't:clean': waiting },
    });
    await vi.waitFor(() => expect(run.view()).toMatchObject({ stage: 0 }));
    run.cancel('stop');
    expect(aborted).toEqual(['a: stop']);
    run.cancel('stop');
    run.cancel('now', { kill: true });
    expect(aborted).toEqual(['a: stop', 'clean: now']);
    expect((await run.ended).outcome).toEqual({ kind: 'cancelled', reason: 'now' });
    await expect(run.send('too late')).rejects.toMatchObject({ data: { id: 'TAU-1004' } });
  });

  test('takes messages where the program does, each key once', async () => {
    const run = runLocal(scripted([[call('a')]]), { handlers: { 't:a': never } });
    await Promise.all([run.send({ n: 1 }, { key: 'k' }), run.send({ n: 1 }, { key: 'k' }), run.send('two')]);
    await run.send({ n: 1 }, { key: 'k' });
    expect(run.view()).toMatchObject({ messages: [{ n: 1 }, 'two'] });
    await expect(run.send((() => 1) as never)).rejects.toMatchObject({ data: { id: 'TAU-3011' } });
    const deaf = runLocal(ofSteps('{ uses: x/a@v1 }'), { handlers: { 'action:x/a@v1': never } });
    await expect(deaf.send('hello')).rejects.toMatchObject({ data: { id: 'TAU-4007' } });
  });

  test('waits for time and for people, and says which', async () => {
    const clock = new VirtualClock();
    const asking = runLocal(scripted([[call('q', { capability: 'human:ask@v1', input: { question: 'go?' } })]]), {
      handlers: {},
    });
    expect(await asking.idle()).toMatchObject({ status: 'waiting', questions: [{ id: 'q', question: 'go?' }] });
    await asking.answer('q', 1, 'yes');
    expect(await asking.idle()).toEqual({ status: 'ended', questions: [] });

    const timed = runLocal(scripted([[acquire('l')]], { deadlineMs: 1_000 }), { handlers: {}, clock });
    await timed.ended;
    const late = runLocal(scripted([[call('a')]], { deadlineMs: 1_000 }), { handlers: { 't:a': never }, clock });
    let isIdle = false;
    const idle = late.idle().then(() => {
      isIdle = true;
    });
    await vi.waitFor(() => expect(clock.pending).toBe(1));
    expect(isIdle).toBe(false);
    clock.advance(1_000);
    await idle;
    expect((await late.ended).outcome).toMatchObject({ error: errorData('RUN_DEADLINE', 'out of time') });
  });

  test('lets timers and sockets have their turn while a run never waits', async () => {
    const executable = scripted(Array.from({ length: 20_000 }, (_, n) => [call(`c${n}`, { capability: 't:now' })]));
    // Deciding over a state of so many outputs is not what is measured.
    const { program } = executable.language;
    const language = {
      ...executable.language,
      program: {
        ...program,
        evolve: (...given: Parameters<typeof program.evolve>) => ({ ...program.evolve(...given), outputs: {} }),
      },
    };
    const run = runLocal({ ...executable, language }, { handlers: { 't:now': () => null } });
    let turns = 0;
    const tick = (): void => {
      turns += 1;
      setImmediate(tick);
    };
    const first = setImmediate(tick);
    await run.ended;
    clearImmediate(first);
    const { outcome } = await run.ended;
    expect(outcome.kind).toBe('ok');
    expect(turns).toBeGreaterThan(4);
  });
});
