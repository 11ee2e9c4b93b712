import type { RunAppend, RunStore } from 'tau-orchestrate/local';
import { describe, expect, test } from 'vitest';

/** A store that a suite may do as it likes with. */
export interface StoreSubject {
  /** Opens it; again after `close`, with what was kept. */
  open(): RunStore | Promise<RunStore>;
  /** Whether another store may be open on the same files. */
  readonly isShared: boolean;
  /** Whether what was appended is there when it is opened again. */
  readonly isDurable: boolean;
  dispose(): void | Promise<void>;
}

/** What every store of runs must do. */
export function runStoreSuite(name: string, make: () => StoreSubject | Promise<StoreSubject>): void {
  const withStore = async (act: (store: RunStore, subject: StoreSubject) => Promise<void>): Promise<void> => {
    const subject = await make();
    const store = await subject.open();
    try {
      await act(store, subject);
    } finally {
      await store.close();
      await subject.dispose();
    }
  };

  describe(`the store of runs: ${name}`, () => {
    test('gives back what was appended, in order', () =>
      withStore(async (store) => {
        await store.append(made('a', ['one', 'zwei ü', '{"three":"\\n"}']));
        await store.append(next('a', 3, ['four'], { status: 'later', frames: [{ seq: 4, text: 'frame' }] }));
        expect(await store.find('a')).toEqual({ runId: 'a', header: 'header of a', status: 'later', lastSeq: 4 });
        expect(await store.records('a', 2, 3)).toEqual([
          { seq: 2, text: 'zwei ü' },
          { seq: 3, text: '{"three":"\\n"}' },
        ]);
        expect((await store.records('a', 1, 1_000)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
        expect(await store.records('a', 5, 9)).toEqual([]);
        expect(await store.frames('a', [8, 4, 2])).toEqual([{ seq: 4, text: 'frame' }]);
      }));

    test('knows nothing of what is not there', () =>
      withStore(async (store) => {
        expect(await store.find('a')).toBeUndefined();
        expect(await store.records('a', 1, 9)).toEqual([]);
        expect(await store.frames('a', [1])).toEqual([]);
        expect(await store.definition('d')).toBeUndefined();
        expect(await store.list('', 10)).toEqual([]);
        await store.delete('a');
      }));

    test('makes a run once, with records or without', () =>
      withStore(async (store) => {
        await store.append(made('a', []));
        expect(await store.find('a')).toMatchObject({ lastSeq: 0, status: '' });
        await expect(appended(store, made('a', ['x']))).rejects.toMatchObject({ data: { id: 'TAU-2003' } });
        await store.append(next('a', 0, ['one']));
        expect(await store.find('a')).toMatchObject({ lastSeq: 1, header: 'header of a' });
      }));

    test('refuses what does not follow, and stores nothing of it', () =>
      withStore(async (store) => {
        await store.append(made('a', ['one', 'two']));
        for (const [expected, run] of [
          [1, 'a'],
          [3, 'a'],
          [0, 'a'],
          [0, 'b'],
        ] as const) {
          const append = next(run, expected, ['no'], { status: 'no', frames: [{ seq: 9, text: 'no' }] });
          await expect(appended(store, append)).rejects.toMatchObject({ data: { id: 'TAU-2003' } });
        }
        expect(await store.find('a')).toMatchObject({ lastSeq: 2, status: '' });
        expect(await store.frames('a', [9])).toEqual([]);
        await store.append(next('a', 2, ['three']));
        expect((await store.records('a', 1, 9)).map(({ text }) => text)).toEqual(['one', 'two', 'three']);
      }));

    test('keeps runs apart, and refuses one without the others', () =>
      withStore(async (store) => {
        await Promise.all(['a', 'b', 'c'].map((run) => appended(store, made(run, [`1 of ${run}`]))));
        const results = await Promise.allSettled([
          appended(store, next('a', 1, ['2 of a'])),
          appended(store, next('b', 7, ['no'])),
          appended(store, next('c', 1, ['2 of c'])),
        ]);
        expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        expect((await store.list('', 10)).map(({ runId, lastSeq }) => [runId, lastSeq])).toEqual([
          ['a', 2],
          ['b', 1],
          ['c', 2],
        ]);
        expect((await store.list('a', 1)).map(({ runId }) => runId)).toEqual(['b']);
      }));

    test('keeps definitions once, by their keys', () =>
      withStore(async (store) => {
        await store.append({ ...made('a', []), definition: { key: 'd1', text: '{"a":1}' } });
        await store.append({ ...made('b', []), definition: { key: 'd1', text: '{"a":1}' } });
        expect(await store.definition('d1')).toBe('{"a":1}');
      }));

    test('leaves nothing of a run that is deleted, and makes it anew', () =>
      withStore(async (store) => {
        await store.append({ ...made('a', ['one', 'two']), frames: [{ seq: 2, text: 'frame' }] });
        await store.append(made('b', ['one']));
        await store.delete('a');
        expect(await store.find('a')).toBeUndefined();
        expect(await store.frames('a', [2])).toEqual([]);
        await expect(appended(store, next('a', 2, ['three']))).rejects.toMatchObject({ data: { id: 'TAU-2003' } });
        await store.append(made('a', ['new']));
        expect((await store.records('a', 1, 9)).map(({ text }) => text)).toEqual(['new']);
        expect((await store.records('b', 1, 9)).map(({ text }) => text)).toEqual(['one']);
      }));

    test('takes many large appends of many runs at once', () =>
      withStore(async (store) => {
        const runs = Array.from({ length: 40 }, (_, n) => `run-${String(n).padStart(2, '0')}`);
        await Promise.all(runs.map((run) => appended(store, made(run, []))));
        for (let seq = 0; seq < 10; seq += 2) {
          await Promise.all(
            runs.map((run) => appended(store, next(run, seq, ['x'.repeat(20_000), `${run}:${seq + 2}`]))),
          );
        }
        for (const run of runs) expect((await store.records(run, 10, 10))[0]?.text).toBe(`${run}:10`);
      }));

    test('is opened again with all that was durable', () =>
      withStore(async (store, subject) => {
        if (!subject.isDurable) return expect(store).toBeDefined();
        await store.append({ ...made('a', ['one', 'two']), definition: { key: 'd', text: '{}' } });
        await store.append(next('a', 2, ['three'], { status: 's', frames: [{ seq: 3, text: 'f' }] }));
        await store.close();
        const again = await subject.open();
        expect(await again.find('a')).toEqual({ runId: 'a', header: 'header of a', status: 's', lastSeq: 3 });
        expect((await again.records('a', 1, 9)).map(({ text }) => text)).toEqual(['one', 'two', 'three']);
        expect(await again.frames('a', [3])).toEqual([{ seq: 3, text: 'f' }]);
        expect(await again.definition('d')).toBe('{}');
        await again.append(next('a', 3, ['four']));
        await again.close();
      }));

    test('lets only one of two writers go on', () =>
      withStore(async (store, subject) => {
        const other = subject.isShared ? await subject.open() : store;
        await store.append(made('a', ['one']));
        expect(await other.find('a')).toMatchObject({ lastSeq: 1 });
        await other.append(next('a', 1, ['two of the other']));
        await expect(appended(store, next('a', 1, ['two']))).rejects.toMatchObject({ data: { id: 'TAU-2003' } });
        await other.append(next('a', 2, ['three of the other']));
        expect((await store.records('a', 1, 9)).map(({ text }) => text)).toEqual([
          'one',
          'two of the other',
          'three of the other',
        ]);
        const race = await Promise.allSettled([
          appended(store, next('a', 3, ['four'])),
          appended(other, next('a', 3, ['four of the other'])),
        ]);
        expect(race.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
        expect(await store.records('a', 4, 9)).toHaveLength(1);
        if (other !== store) await other.close();
      }));
  });
}

export function made(runId: string, texts: readonly string[]): RunAppend {
  return { ...next(runId, 0, texts), header: `header of ${runId}` };
}

export function next(
  runId: string,
  expectedSeq: number,
  texts: readonly string[],
  extra: Partial<RunAppend> = {},
): RunAppend {
  const records = texts.map((text, nth) => ({ seq: expectedSeq + 1 + nth, text }));
  return { runId, expectedSeq, records, frames: [], ...extra };
}

/** As a promise, however the store says it. */
async function appended(store: RunStore, append: RunAppend): Promise<void> {
  await store.append(append);
}
