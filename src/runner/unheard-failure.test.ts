import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { call, scripted } from '../../test/support/scripted.js';
import { runLocal } from './run-local.js';
import { memoryStore } from './store/memory-store.js';

const one = scripted([[call('a')]]);
const refused = { handlers: {}, input: { refused: true }, runId: 'silent' };

describe('a run that is refused at its start', () => {
  const rejections: unknown[] = [];
  const onRejection = (thrown: unknown): void => {
    rejections.push(thrown);
  };
  beforeEach(() => {
    rejections.length = 0;
    process.on('unhandledRejection', onRejection);
  });
  afterEach(() => {
    process.off('unhandledRejection', onRejection);
    expect(rejections).toEqual([]);
  });

  test('says so where nobody asks by the end of the turn', async () => {
    const warned: string[] = [];
    const run = runLocal(one, { ...refused, warn: (text) => warned.push(text) });
    await setImmediate();
    await setImmediate();
    expect(warned).toEqual([expect.stringMatching(/run silent .*it is refused.*TAU-1001/)]);
    // Who asks later is told all the same, and once is enough.
    await expect(run.ended).rejects.toMatchObject({ data: { id: 'TAU-1001' } });
    await expect(run.idle()).rejects.toMatchObject({ data: { id: 'TAU-1001' } });
    expect(warned).toHaveLength(1);
  });

  test('warns by the process otherwise', async () => {
    const emitted = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    try {
      runLocal(one, refused);
      await setImmediate();
      await setImmediate();
      expect(emitted).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('run silent'));
    } finally {
      emitted.mockRestore();
    }
  });

  test.each([
    ['ended', (run: ReturnType<typeof start>) => run.ended],
    ['idle', (run: ReturnType<typeof start>) => run.idle()],
    ['output', (run: ReturnType<typeof start>) => run.output()],
    ['stream', (run: ReturnType<typeof start>) => run.stream('values').next()],
  ])('says nothing to the process where %s is asked for', async (_what, ask) => {
    const warned: string[] = [];
    const run = start(warned);
    await expect(ask(run)).rejects.toMatchObject({ data: { id: 'TAU-1001' } });
    await setImmediate();
    await setImmediate();
    expect(warned).toEqual([]);
  });

  test('a store that fails is said as well; one that is let go of is not', async () => {
    const warned: string[] = [];
    const broken = memoryStore();
    const append = broken.append.bind(broken);
    let appends = 0;
    broken.append = (what) => {
      appends += 1;
      if (appends > 1) throw new Error('disk full');
      return append(what);
    };
    const warn = (text: string) => warned.push(text);
    runLocal(one, { handlers: { 't:a': () => 1 }, store: broken, runId: 'full', warn });
    const left = runLocal(one, { handlers: { 't:a': () => new Promise(() => {}) }, runId: 'left', warn });
    await setImmediate();
    left.letGo();
    await setImmediate();
    await setImmediate();
    expect(warned).toEqual([expect.stringMatching(/run full .*disk full/)]);
  });
});

function start(warned: string[]) {
  return runLocal(one, { ...refused, warn: (text) => warned.push(text) });
}
