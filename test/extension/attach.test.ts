import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Routing, Verdict } from '../../src/contract/extension-v1.js';
import { outcomeFromProto } from '../../src/contract/outcome.js';
import { action, capability, defineExtension, requireInput } from '../../src/extension/index.js';
import { eventually } from '../../src/testing/eventually.js';
import type { JsonObject } from '../../src/vocabulary/json.js';
import type { Outcome } from '../../src/vocabulary/outcome.js';
import { tauError } from '../../src/vocabulary/tau-error.js';
import type { FakeStream } from './fake-kernel.js';
import { connected, doing, gate, ref, startedKernel } from './harness.js';

async function outcomeOf(stream: FakeStream, workId: string): Promise<Outcome> {
  const result = await eventually(() => stream.results.find((each) => each.ref?.workId === workId), { what: workId });
  return outcomeFromProto(result.outcome);
}

describe('an extension', () => {
  test('registers what it offers', async () => {
    const kernel = await startedKernel();
    const input = z.object({ name: z.string(), times: z.number().optional() });
    const extension = defineExtension({
      name: 'greeter',
      version: '2.0.0',
      capabilities: [
        action('greeter/greet@v1', { description: 'Greets', input }, async ({ name }) => `hello ${name}`),
        capability('model:echo', { description: 'Echoes', routing: 'sticky' }, async (value) => value),
      ],
    });
    await connected(kernel, extension, { instanceId: 'greeter-7' }).attached();
    expect(kernel.registrations).toStrictEqual([
      {
        name: 'greeter',
        version: '2.0.0',
        instanceId: 'greeter-7',
        incarnation: expect.stringMatching(/^[0-9a-f]{32}$/),
        contracts: ['tau.extension.v1'],
        capabilities: [
          {
            kind: 'action',
            name: 'greeter/greet@v1',
            routing: Routing.ANY,
            description: 'Greets',
            inputSchemaJson: expect.stringContaining('"required":["name"]'),
          },
          { kind: 'model', name: 'echo', routing: Routing.STICKY, description: 'Echoes', inputSchemaJson: '' },
        ],
      },
    ]);
  });

  test('says hello, is welcomed, and grants its credit', async () => {
    const kernel = await startedKernel();
    const extension = connected(
      kernel,
      doing(() => null),
      { creditItems: 5, creditBytes: 1000 },
    );
    await extension.attached();
    expect(extension.state).toBe('attached');
    await eventually(() => kernel.stream.credit === 5);
    expect(kernel.stream.frames).toStrictEqual([
      { $case: 'hello', value: { registrationId: 'r1', lastSeq: 0, running: [], kept: [] } },
      { $case: 'credit', value: { items: 5, bytes: 1000 } },
    ]);
  });

  test('does work, answers, and gives the credit back', async () => {
    const kernel = await startedKernel();
    const extension = doing(async (input, context) => {
      context.usage({ tokens: 3, costMicros: 10 });
      context.usage({ tokens: 4, costMicros: 1 });
      const { workId, sessionId, runId, attempt, idempotencyKey, redelivered, principal, traceparent, budget, answer } =
        context;
      const seen = { workId, sessionId, runId, attempt, idempotencyKey, redelivered, traceparent, answer };
      return { input, ...seen, principal: { ...principal }, budget: { ...budget } } as JsonObject;
    });
    await connected(kernel, extension, { creditItems: 2 }).attached();
    kernel.stream.work(ref('w1', 8, 2), {
      inputJson: '{"issue":12}',
      sessionId: 'github/octo/shop',
      runId: 'run-1',
      idempotencyKey: 'key-1',
      redelivered: true,
      principal: { id: 'user:octocat' },
      traceparent: '00-a-b-01',
      budget: { tokensMax: 100 },
      answerJson: '"yes"',
    });
    expect(await outcomeOf(kernel.stream, 'w1')).toStrictEqual({
      kind: 'ok',
      output: {
        input: { issue: 12 },
        workId: 'w1',
        sessionId: 'github/octo/shop',
        runId: 'run-1',
        attempt: 2,
        idempotencyKey: 'key-1',
        redelivered: true,
        principal: { id: 'user:octocat' },
        traceparent: '00-a-b-01',
        budget: { tokensMax: 100 },
        answer: 'yes',
      },
    });
    expect(kernel.stream.results[0]).toMatchObject({ ref: ref('w1', 8, 2), usage: { tokens: 7, costMicros: 11 } });
    await eventually(() => kernel.stream.credit === 3);
  });

  test('answers a crowd of work in few messages, each piece once', async () => {
    const kernel = await startedKernel();
    await connected(
      kernel,
      doing(async ({ n }) => ({ n: n ?? null })),
      { creditItems: 1000 },
    ).attached();
    const { stream } = kernel;
    for (let n = 0; n < 1000; n += 1) stream.work(ref(`w${n}`, n + 1), { inputJson: `{"n":${n}}` });
    await eventually(() => stream.results.length === 1000 && stream.credit === 2000);
    expect(new Set(stream.results.map((result) => result.ref?.workId)).size).toBe(1000);
    expect(stream.messageSizes.length).toBeLessThan(100);
    expect(Math.max(...stream.messageSizes)).toBeLessThanOrEqual(65);
  });

  test('answers a ping at once', async () => {
    const kernel = await startedKernel();
    await connected(
      kernel,
      doing(() => null),
    ).attached();
    kernel.stream.send({ $case: 'ping', value: { nonce: 41 } }, { $case: 'ping', value: { nonce: 42 } });
    expect(await eventually(() => kernel.stream.all('pong').length === 2 && kernel.stream.all('pong'))).toStrictEqual([
      { nonce: 41 },
      { nonce: 42 },
    ]);
  });

  test('shows progress', async () => {
    const kernel = await startedKernel();
    const extension = doing(async (_, { progress }) => {
      progress('half');
      progress({ mediaType: 'image/png', name: 'plot.png', data: new Uint8Array([1, 2]) });
      return null;
    });
    await connected(kernel, extension).attached();
    kernel.stream.work(ref('w1'));
    await outcomeOf(kernel.stream, 'w1');
    const contents = kernel.stream
      .all('progress')
      .map(({ content }) => [content?.mediaType, content?.name, content?.body]);
    expect(contents).toStrictEqual([
      ['text/plain', '', { $case: 'text', value: 'half' }],
      ['image/png', 'plot.png', { $case: 'data', value: Buffer.from([1, 2]) }],
    ]);
  });

  test('drains: takes no more, and has drained when its results are acknowledged', async () => {
    const kernel = await startedKernel();
    const begun = gate<void>();
    const done = gate<string>();
    const extension = connected(
      kernel,
      doing(() => {
        begun.open();
        return done.passed;
      }),
    );
    await extension.attached();
    kernel.stream.work(ref('w1'));
    await begun.passed;
    let drained = false;
    const draining = extension.drain().then(() => {
      drained = true;
    });
    await eventually(() => kernel.stream.all('leaving').length === 1);
    done.open('done');
    await outcomeOf(kernel.stream, 'w1');
    expect(drained).toBe(false);
    kernel.stream.send({ $case: 'ack', value: { ref: ref('w1'), verdict: Verdict.ACCEPTED } });
    await draining;
    expect(kernel.stream.credit).toBe(64);
  });

  test('closes: handlers are told to stop, and it says so', async () => {
    const kernel = await startedKernel();
    const begun = gate<void>();
    const told = gate<string>();
    const extension = connected(
      kernel,
      doing((_, { signal }) => {
        begun.open();
        signal.addEventListener('abort', () => told.open(String(signal.reason)));
        return new Promise(() => {});
      }),
    );
    await extension.attached();
    kernel.stream.work(ref('w1'));
    await begun.passed;
    await extension.close();
    expect(await told.passed).toContain('test is closing');
    expect([extension.state, await extension.stopped()]).toStrictEqual(['stopped', undefined]);
    await expect(extension.attached()).rejects.toThrow('test was closed');
    await extension.drain();
  });
});

describe('a handler that', () => {
  test.each<[string, () => never | Promise<never>, unknown]>([
    [
      'throws an ordinary error fails with HANDLER_FAILED, its message kept',
      () => Promise.reject(new Error('index 7')),
      { kind: 'unknown', error: { id: 'TAU-3005', message: 'index 7', outcome: 'unknown', retryable: false } },
    ],
    [
      'throws before its first await fails the same way',
      () => {
        throw new Error('at once');
      },
      { kind: 'unknown', error: { id: 'TAU-3005', message: 'at once' } },
    ],
    [
      'throws a TauError fails with that error',
      () => Promise.reject(tauError('GITHUB_NOT_FOUND', 'no issue 12', { details: { issue: 12 } })),
      { kind: 'failed', error: { id: 'TAU-5005', message: 'no issue 12', details: { issue: 12 } } },
    ],
    [
      'cannot tell whether it took effect ends as unknown',
      () => Promise.reject(tauError('GITHUB_UNREACHABLE', 'no answer')),
      { kind: 'unknown', error: { id: 'TAU-5001', outcome: 'unknown', retryable: true } },
    ],
    [
      'asks for input ends with its question',
      async () => requireInput('Deploy?', z.object({ yes: z.boolean() })),
      { kind: 'inputRequired', question: 'Deploy?', answerSchema: { type: 'object', required: ['yes'] } },
    ],
  ])('%s', async (_, handler, outcome) => {
    const kernel = await startedKernel();
    await connected(kernel, doing(handler)).attached();
    kernel.stream.work(ref('w1'));
    expect(await outcomeOf(kernel.stream, 'w1')).toMatchObject(outcome as Outcome);
  });

  test('asked may be answered with null, which is an answer', async () => {
    const kernel = await startedKernel();
    await connected(
      kernel,
      doing((_, { answer }) => (answer === undefined ? 'not answered' : ['answered', answer])),
    ).attached();
    kernel.stream.work(ref('w1'), { answerJson: 'null' });
    expect(await outcomeOf(kernel.stream, 'w1')).toEqual({ kind: 'ok', output: ['answered', null] });
    kernel.stream.work(ref('w2', 2), { answerJson: '' });
    expect(await outcomeOf(kernel.stream, 'w2')).toEqual({ kind: 'ok', output: 'not answered' });
  });

  test.each<[string, () => unknown, string]>([
    ['returns what is no JSON', () => 12n, 'TAU-3011'],
    ['returns what JSON would lose', () => ({ of: new Map([[1, 2]]) }), 'TAU-3011'],
    ['throws an error with what is no JSON', () => throwing({ details: { n: 5n } }), 'TAU-3005'],
    [
      'returns a cycle',
      () => {
        const cycle: { self?: unknown } = {};
        cycle.self = cycle;
        return cycle;
      },
      'TAU-3011',
    ],
    ['returns too much', () => 'x'.repeat(4 * 1024 * 1024), 'TAU-1007'],
  ])('%s has not succeeded', async (_, output, id) => {
    const kernel = await startedKernel();
    await connected(
      kernel,
      doing(async () => output() as string),
    ).attached();
    kernel.stream.work(ref('w1'));
    expect(await outcomeOf(kernel.stream, 'w1')).toMatchObject({ kind: 'unknown', error: { id } });
  });

  test('returns nothing has succeeded with null', async () => {
    const kernel = await startedKernel();
    await connected(kernel, doing((() => undefined) as never)).attached();
    kernel.stream.work(ref('w1'));
    expect(await outcomeOf(kernel.stream, 'w1')).toStrictEqual({ kind: 'ok', output: null });
  });
});

describe('work is refused before a handler sees it when', () => {
  const input = z.object({ issue: z.number(), labels: z.array(z.string()).default([]) });
  const seen: unknown[] = [];
  const extension = defineExtension({
    name: 'test',
    version: '1.0.0',
    capabilities: [
      action('test/do@v1', { description: 'Does', input }, async (value) => {
        seen.push(value);
        return value;
      }),
    ],
  });

  test.each([
    ['its input does not fit', { inputJson: '{"issue":"12"}' }, 'issue: '],
    ['its input is not JSON', { inputJson: '{' }, 'it is not JSON'],
    ['its input is missing', { inputJson: '' }, 'issue: '],
    ['it is not offered', { capability: 'action:test/other@v1' }, 'action:test/other@v1 is not offered'],
  ])('%s', async (_, work, message) => {
    const kernel = await startedKernel();
    await connected(kernel, extension).attached();
    seen.length = 0;
    kernel.stream.work(ref('bad'), work);
    kernel.stream.work(ref('good', 2), { inputJson: '{"issue":12}' });
    const outcome = await outcomeOf(kernel.stream, 'bad');
    expect(outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-3004', outcome: 'not-done' } });
    expect(JSON.stringify(outcome)).toContain(message);
    expect(await outcomeOf(kernel.stream, 'good')).toStrictEqual({ kind: 'ok', output: { issue: 12, labels: [] } });
    expect(seen).toStrictEqual([{ issue: 12, labels: [] }]);
  });
});

/** As code without types might. */
function throwing(options: object): never {
  throw tauError('HANDLER_FAILED', 'it went wrong', options);
}
