import { instant, type Json, TauError } from 'tau-core';
import { describe, expect, test, vi } from 'vitest';
import { call, scripted } from '../../test/support/scripted.js';
import type { RunHeader } from './run-header.js';
import { RunJournal } from './run-journal.js';
import { runLocal } from './run-local.js';
import { memoryStore } from './store/memory-store.js';
import type { RunAppend, RunStore } from './store/run-store.js';

const MIB = 1024 * 1024;

/** A program that throws what it is given to throw. */
function throwing(thrown: unknown) {
  const one = scripted([[call('a')]]);
  const decide = () => {
    throw thrown;
  };
  return { ...one, language: { ...one.language, program: { ...one.language.program, decide } } };
}

function thrownBy(act: () => unknown): unknown {
  try {
    return act();
  } catch (thrown) {
    return thrown;
  }
}

describe('what is too large for this process', () => {
  const nested = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`) as Json;
  test.each([
    ['a value that is too deep to be written', () => JSON.stringify(nested)],
    ['a text that is too long', () => 'x'.repeat(2 ** 30)],
    ['a list that is too long', () => new Array(-1)],
  ])('%s fails the run with what to do', async (_what, act) => {
    const thrown = thrownBy(act);
    expect(thrown).toBeInstanceOf(RangeError);
    const error: unknown = await runLocal(throwing(thrown), { handlers: {}, runId: 'big' }).ended.catch((e) => e);
    expect(error).toBeInstanceOf(TauError);
    expect(error).toMatchObject({ data: { id: 'TAU-1007' } });
    expect(String(error)).toMatch(/run big .*references/);
  });

  test('another RangeError is a fault of the program, as it is', async () => {
    const thrown = thrownBy(() => (1).toFixed(1_000));
    await expect(runLocal(throwing(thrown), { handlers: {} }).ended).rejects.toBe(thrown);
  });

  test('a record of over 64 Mi characters is refused, and nothing of it is stored', async () => {
    const store = memoryStore();
    const handlers = { 't:a': () => 'x'.repeat(64 * MIB) };
    const run = runLocal(scripted([[call('a')]]), { handlers, store, runId: 'big', outputBytesMax: 100 * MIB });
    await expect(run.ended).rejects.toMatchObject({ data: { id: 'TAU-1007' } });
    await expect(run.ended).rejects.toThrow(/record 2 of run big .*64 Mi.*references/);
    expect(await store.find('big')).toMatchObject({ lastSeq: 1 });
    // With less the run goes on from where it was.
    const again = runLocal(scripted([[call('a')]]), { handlers: { 't:a': () => 'small' }, store, runId: 'big' });
    expect(await again.ended).toMatchObject({ outcome: { kind: 'ok', output: { a: 'small' } } });
  });

  test('a state of over 128 Mi characters is refused where it is to be stored', () => {
    const begin = { runId: 'big', sessionId: 's', input: {}, startedAt: instant(0) } as RunHeader['begin'];
    const header: RunHeader = { format: 1, runId: 'big', kind: 'script', version: 'v', begin, frameEvery: 1 };
    const frames = [{ index: 0, snapshot: { s: null, b: {}, d: 'v' } }];
    const journal = new RunJournal(memoryStore(), { header, frames, lastSeq: 0, status: {}, isMade: false });
    const record = { seq: 1, timeMs: 0, input: { type: 'begin' }, events: [], effects: [] } as const;
    expect(() => journal.add(record, () => ({ s: 'x'.repeat(129 * MIB), b: {}, d: 'v' }))).toThrow(
      /state of run big .*128 Mi/,
    );
  });

  test('what comes together is stored in groups of at most some 16 Mi characters', async () => {
    const appends: RunAppend[] = [];
    const inner = memoryStore();
    const store: RunStore = {
      append: (append) => {
        appends.push(append);
        return inner.append(append);
      },
      find: (id) => inner.find(id),
      definition: (key) => inner.definition(key),
      records: (id, from, to) => inner.records(id, from, to),
      frames: (id, seqs) => inner.frames(id, seqs),
      list: (after, max) => inner.list(after, max),
      delete: (id) => inner.delete(id),
      close: () => undefined,
    };
    const names = Array.from({ length: 10 }, (_, index) => `c${index}`);
    let begun = 0;
    let release: () => void = () => {};
    const together = new Promise<void>((resolve) => {
      release = resolve;
    });
    const handlers = Object.fromEntries(
      names.map((name) => [
        `t:${name}`,
        () => {
          begun += 1;
          return together.then(() => name.repeat(MIB));
        },
      ]),
    );
    const run = runLocal(scripted([names.map((name) => call(name))]), { handlers, store: slowed(store), runId: 'r' });
    await vi.waitFor(() => expect(begun).toBe(names.length));
    release();
    const { outcome } = await run.ended;
    expect(outcome.kind).toBe('ok');
    // The record that fills a group is its last.
    const before = appends.map(({ records }) => records.slice(0, -1).reduce((sum, { text }) => sum + text.length, 0));
    expect(Math.max(...before)).toBeGreaterThan(8 * MIB);
    expect(Math.max(...before)).toBeLessThan(16 * MIB);
    expect((await inner.find('r'))?.lastSeq).toBe(11);
  });
});

/** Durable a turn later: what comes meanwhile waits, and is stored together. */
function slowed(store: RunStore): RunStore {
  return {
    ...store,
    append: (append) =>
      new Promise((resolve, reject) => {
        setImmediate(() => {
          try {
            void store.append(append);
            resolve();
          } catch (thrown) {
            reject(thrown);
          }
        });
      }),
  };
}
