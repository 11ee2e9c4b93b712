import { type Diagnostic, errorData, type JsonObject, TauError, tauError } from 'tau-core';
import { VirtualClock } from 'tau-core/testing';
import { expect, test } from 'vitest';
import type { DefinitionStore, PutAnswer } from './definition-store.js';
import type { WorkflowFile } from './workflow-folder.js';
import { WorkflowSync } from './workflow-sync.js';

const PREFIX = '.tau/workflows/';

const STARTS = { triggers: ['github.issues.*'], times: [], byHand: true, byCall: false };

/** A sync over a folder and a kernel in memory, and what it did. */
class Bench {
  readonly clock = new VirtualClock();
  readonly files = new Map<string, string>();
  readonly active = new Map<string, string>();
  readonly calls: string[] = [];
  readonly said: string[] = [];
  readonly fields: JsonObject[] = [];
  changed: () => void = () => {};
  kernelError: TauError | undefined;
  folderError: TauError | undefined;
  readonly sync = new WorkflowSync({
    clock: this.clock,
    report: {
      event: (_name, fields, text) => {
        this.said.push(text);
        this.fields.push(fields);
      },
    },
    store: this.#store(),
    folder: {
      prefix: PREFIX,
      scan: async () => {
        if (this.folderError) throw this.folderError;
        return [...this.files].map(([name, source]): WorkflowFile => ({ name: `${PREFIX}${name}`, source }));
      },
      watch: (onChange) => {
        this.changed = onChange;
      },
      close: () => {},
    },
  });

  /** Lets `ms` pass, with everything that it causes. */
  async pass(ms: number): Promise<void> {
    await settled();
    this.clock.advance(ms);
    await settled();
  }

  /** What was said since the last call. */
  news(): string[] {
    return this.said.splice(0);
  }

  #store(): DefinitionStore {
    const call = (text: string): void => {
      this.calls.push(text);
      if (this.kernelError) throw this.kernelError;
    };
    return {
      put: async (name, source): Promise<PutAnswer> => {
        call(`put ${name}`);
        if (source.startsWith('bad')) return { accepted: false, diagnostics: [diagnostic(name)] };
        this.active.set(name, source);
        return { accepted: true, version: `v-${source}`, starts: STARTS };
      },
      remove: async (name) => {
        call(`remove ${name}`);
        this.active.delete(name);
      },
      names: async () => {
        call('names');
        return [...this.active.keys()];
      },
    };
  }
}

function diagnostic(file: string): Diagnostic {
  return { file, line: 3, column: 7, message: 'unexpected value' };
}

/** Every promise that can settle without time has. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

async function started(files: { [name: string]: string }): Promise<Bench> {
  const bench = new Bench();
  for (const [name, source] of Object.entries(files)) bench.files.set(name, source);
  bench.sync.start();
  await bench.pass(0);
  return bench;
}

test('puts every file at the start, once', async () => {
  const bench = await started({ 'a.yml': 'one', 'b.yml': 'two' });
  expect([...bench.active]).toEqual([
    [`${PREFIX}a.yml`, 'one'],
    [`${PREFIX}b.yml`, 'two'],
  ]);
  expect(bench.news()).toEqual([
    `${PREFIX}a.yml: active, started by github.issues.*, hand`,
    `${PREFIX}b.yml: active, started by github.issues.*, hand`,
  ]);
  bench.calls.length = 0;
  await bench.pass(60_000);
  expect(bench.calls).toEqual([]);
});

test('puts a changed file after it rested, and no other', async () => {
  const bench = await started({ 'a.yml': 'one', 'b.yml': 'two' });
  bench.calls.length = 0;
  bench.files.set('a.yml', 'half');
  bench.changed();
  await bench.pass(99);
  bench.files.set('a.yml', 'whole');
  bench.changed();
  await bench.pass(99);
  expect(bench.calls).toEqual([]);
  await bench.pass(1);
  expect(bench.calls).toEqual([`put ${PREFIX}a.yml`]);
  expect(bench.active.get(`${PREFIX}a.yml`)).toBe('whole');
});

test('finds a change that no watcher reported', async () => {
  const bench = await started({ 'a.yml': 'one' });
  bench.files.set('a.yml', 'two');
  await bench.pass(5_000);
  expect(bench.active.get(`${PREFIX}a.yml`)).toBe('two');
});

test('a refused source is told with its place, once; the old version stays, the others go on', async () => {
  const bench = await started({ 'a.yml': 'one', 'b.yml': 'bad', 'c.yml': 'three' });
  expect(bench.news()[1]).toBe(
    `${PREFIX}b.yml: refused; a version that was active stays active\n  ${PREFIX}b.yml:3:7: unexpected value`,
  );
  expect([...bench.active.keys()]).toEqual([`${PREFIX}a.yml`, `${PREFIX}c.yml`]);
  bench.files.set('a.yml', 'bad now');
  bench.changed();
  await bench.pass(100);
  expect(bench.active.get(`${PREFIX}a.yml`)).toBe('one');
  expect(bench.news()).toHaveLength(1);
  bench.sync.resync();
  await bench.pass(60_000);
  expect(bench.news()).toEqual([]);
});

test('a deleted file removes its definition, also one deleted while nobody looked', async () => {
  const bench = new Bench();
  bench.active.set(`${PREFIX}gone.yml`, 'old').set('elsewhere/kept.yml', 'theirs');
  bench.files.set('a.yml', 'one');
  bench.sync.start();
  await bench.pass(0);
  expect([...bench.active.keys()]).toEqual(['elsewhere/kept.yml', `${PREFIX}a.yml`]);
  bench.files.delete('a.yml');
  bench.changed();
  await bench.pass(100);
  expect([...bench.active.keys()]).toEqual(['elsewhere/kept.yml']);
});

test('waits for the kernel, says so once, and brings everything when it is back', async () => {
  const bench = new Bench();
  bench.files.set('a.yml', 'one');
  bench.kernelError = tauError('UNREACHABLE', 'cannot reach the kernel');
  bench.sync.start();
  await bench.pass(0);
  for (let tries = 0; tries < 10; tries += 1) await bench.pass(5_000);
  expect(bench.news()).toEqual(['workflows wait: TAU-1010: cannot reach the kernel']);
  expect(bench.calls).toHaveLength(11);
  bench.kernelError = undefined;
  await bench.pass(5_000);
  expect(bench.active.get(`${PREFIX}a.yml`)).toBe('one');
});

test('after a kernel restart everything is put again, and nothing that is the same is told again', async () => {
  const bench = await started({ 'a.yml': 'one' });
  bench.news();
  bench.active.clear();
  bench.sync.resync();
  await bench.pass(0);
  expect(bench.active.get(`${PREFIX}a.yml`)).toBe('one');
  expect(bench.news()).toEqual([]);
});

test('a folder that cannot be read removes nothing', async () => {
  const bench = await started({ 'a.yml': 'one' });
  bench.news();
  bench.folderError = new TauError(errorData('CONFIG_INVALID', 'no such folder'));
  await bench.pass(60_000);
  expect(bench.news()).toEqual(['workflows wait: TAU-6001: no such folder']);
  expect(bench.active.size).toBe(1);
});

test('a change during a pass causes another pass', async () => {
  const bench = new Bench();
  bench.files.set('a.yml', 'one');
  bench.sync.start();
  bench.clock.advance(0);
  bench.files.set('a.yml', 'two');
  bench.changed();
  await bench.pass(100);
  expect(bench.active.get(`${PREFIX}a.yml`)).toBe('two');
});

test('closing ends it', async () => {
  const bench = await started({ 'a.yml': 'one' });
  await bench.sync.close();
  bench.files.set('a.yml', 'two');
  bench.changed();
  await bench.pass(60_000);
  expect(bench.active.get(`${PREFIX}a.yml`)).toBe('one');
  expect(bench.clock.pending).toBe(0);
});

test('brought() resolves once everything that was there at the start is in the kernel', async () => {
  const bench = new Bench();
  bench.files.set('a.yml', 'one');
  bench.kernelError = tauError('UNREACHABLE', 'cannot reach the kernel');
  let isBrought = false;
  const brought = bench.sync.brought().then(() => {
    isBrought = true;
  });
  bench.sync.start();
  await bench.pass(0);
  expect(isBrought).toBe(false);
  bench.kernelError = undefined;
  await bench.pass(5_000);
  await brought;
  expect(bench.active.size).toBe(1);
});
