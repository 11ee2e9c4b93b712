import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tauError } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { call, scripted } from '../../test/support/scripted.js';
import type { LocalHandler } from './local-handler.js';
import { openRuns } from './open-runs.js';
import { runLocal } from './run-local.js';
import { fileStore } from './store/file-store.js';
import { memoryStore } from './store/memory-store.js';
import type { RunStore } from './store/run-store.js';
import { sqliteStore } from './store/sqlite-store.js';

const TOKEN = 'tok-5e6f/7+8"9';
const PIN = 'pin-31415926';

/** Calls that are given a secret of the host and one of the input, and do with them what they should not. */
const executable = scripted(
  [
    [
      call('use', {
        input: { auth: '***', list: ['***'], plain: 'x' },
        secrets: { '/auth': ['Bearer ', { secret: 'TOKEN' }], '/list/0': [{ secret: 'pin' }] },
        retry: { attemptsMax: 2, firstDelayMs: 0, factor: 1, delayMaxMs: 0 },
      }),
    ],
    [call('ask'), call('fail')],
  ],
  { secretInputs: ['pin'], tolerant: true },
);

const seenInputs: unknown[] = [];

const handlers: { readonly [capability: string]: LocalHandler } = {
  't:use': (input, { attempt, progress, emit }) => {
    seenInputs.push(structuredClone(input));
    progress({ leaked: TOKEN });
    emit(`${PIN} in the middle`);
    if (attempt === 1) throw tauError('UNREACHABLE', `refused ${TOKEN}`, { details: { [TOKEN]: { pin: PIN } } });
    return {
      [`key ${TOKEN}`]: input,
      base64: Buffer.from(TOKEN).toString('base64'),
      json: JSON.stringify({ a: TOKEN }),
      url: `https://x/?t=${encodeURIComponent(TOKEN)}`,
    };
  },
  't:ask': (_, { answer }) => {
    if (answer !== undefined) return 'answered';
    throw Object.assign(new Error(), {
      name: 'InputRequired',
      question: `is ${PIN} right?`,
      answerSchema: { const: TOKEN },
    });
  },
  't:fail': () => {
    throw new Error(`no ${TOKEN}`);
  },
};

function bytesUnder(path: string): string {
  if (!statSync(path).isDirectory()) return readFileSync(path, 'latin1');
  return readdirSync(path)
    .map((name) => bytesUnder(join(path, name)))
    .join('\n');
}

function dump(store: RunStore): string {
  const run = store.find('r') as { header: string; status: string };
  const records = store.records('r', 1, 1_000) as readonly { text: string }[];
  const frames = store.frames('r', [1, 2, 3, 4, 5, 6, 7, 8, 9]) as readonly { text: string }[];
  return [run.header, run.status, ...records.map(({ text }) => text), ...frames.map(({ text }) => text)].join('\n');
}

describe('secrets', () => {
  const stores: readonly (readonly [string, (path: string) => RunStore, (store: RunStore, path: string) => string])[] =
    [
      ['memory', () => memoryStore(), (store) => dump(store)],
      ['files', (path) => fileStore({ path }), (_store, path) => bytesUnder(path)],
      ['SQLite', (path) => sqliteStore({ path: join(path, 'runs.db') }), (_store, path) => bytesUnder(path)],
    ];

  test.each(stores)('reach handlers, and nothing else: %s', async (_name, open, bytesOf) => {
    const path = mkdtempSync(join(tmpdir(), 'tau-secrets-'));
    const store = open(path);
    seenInputs.length = 0;
    const observed: unknown[] = [];
    const run = runLocal(executable, {
      handlers,
      store,
      runId: 'r',
      frameEvery: 2,
      input: { pin: PIN, other: 1 },
      secrets: (name) => (name === 'TOKEN' ? TOKEN : undefined),
      observers: [{ observe: (event) => observed.push(event) }],
      keepEvents: true,
    });
    const stream = run.stream(['values', 'updates', 'custom', 'events', 'questions']);
    const items: unknown[] = [];
    const reading = (async () => {
      for await (const item of stream) items.push(item);
    })();
    const { questions } = await run.idle();
    await run.send({ pin: 'pin-of-the-message', text: 'hello' });
    await run.answer('ask', 1, 'yes');
    const ended = await run.ended;
    await reading;
    const runs = openRuns(store, { languages: [executable.language as never] });
    const moment = await runs.at('r');
    const shown = JSON.stringify([
      items,
      questions,
      ended,
      observed,
      moment,
      await runs.checkpoints('r'),
      await runs.header('r'),
    ]);
    const stored = bytesOf(store, path);
    await store.close();
    expect(seenInputs[0]).toEqual({ auth: `Bearer ${TOKEN}`, list: [PIN], plain: 'x' });
    expect(ended.outcome).toMatchObject({
      kind: 'ok',
      output: { use: { json: '{"a":"***"}', url: 'https://x/?t=***' } },
    });
    for (const text of [shown, stored, bytesOf === stores[0]?.[2] ? '' : bytesUnder(path)]) {
      for (const secret of [TOKEN, PIN, 'pin-of-the-message', JSON.stringify(TOKEN).slice(1, -1), 'tok-5e6f']) {
        expect(text.includes(secret)).toBe(false);
      }
      expect(text.includes(Buffer.from(TOKEN).toString('base64'))).toBe(false);
    }
    expect(stored).toContain('hello');
    rmSync(path, { recursive: true, force: true });
  });

  test('that nobody has fail their call, and its handler is not called', async () => {
    let calls = 0;
    const counted = { 't:use': () => ++calls, 't:ask': () => null, 't:fail': () => null };
    const { outcome } = await runLocal(executable, { handlers: counted, secrets: { TOKEN } }).ended;
    expect(outcome).toMatchObject({
      output: {
        use: {
          id: 'TAU-3010',
          message: expect.stringMatching(/"pin" has no value .*"secrets".*TAU_SECRET_PIN/) as string,
          details: { secret: 'pin' },
        },
      },
    });
    expect(calls).toBe(0);
  });

  test('that were inputs must be given again after a restart', async () => {
    const store = memoryStore();
    const waiting = scripted([[call('wait')], [...(executable.definition.stages[0] ?? [])]], { secretInputs: ['pin'] });
    const slow = { ...handlers, 't:wait': () => new Promise<null>(() => {}) };
    const first = runLocal(waiting, { handlers: slow, store, runId: 'r', input: { pin: PIN }, secrets: { TOKEN } });
    await first.send('x');
    first.letGo();
    seenInputs.length = 0;
    const again = runLocal(waiting, {
      handlers: { ...handlers, 't:wait': () => null },
      store,
      runId: 'r',
      input: { pin: PIN },
      secrets: { TOKEN },
    });
    expect((await again.ended).outcome.kind).toBe('ok');
    expect(seenInputs[0]).toMatchObject({ list: [PIN] });
  });

  test('of inherited names are none', async () => {
    const inherits = scripted([[call('use', { input: { a: '***' }, secrets: { '/a': [{ secret: 'constructor' }] } })]]);
    const { outcome } = await runLocal(inherits, { handlers, secrets: {} }).ended;
    expect(outcome).toMatchObject({ error: { id: 'TAU-3010' } });
  });
});
