import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { assign, createActor, createMachine, enqueueActions, fromPromise } from 'xstate';
import { measure, SHAPES } from './workload.mjs';

const version = JSON.parse(readFileSync(new URL('node_modules/xstate/package.json', import.meta.url))).version;
const step = fromPromise(async () => 1);

function sequence() {
  const states = { end: { type: 'final' } };
  for (let at = 0; at < SHAPES.sequence.size; at += 1) {
    const next = at === SHAPES.sequence.size - 1 ? 'end' : `s${at + 1}`;
    states[`s${at}`] = { invoke: { src: step, onDone: next } };
  }
  return createMachine({ initial: 's0', states });
}

/** Parallel regions are the notation's own fan-out, and every event walks all of them; spawned actors are many times faster. */
function fanOut() {
  const size = SHAPES['fan-out'].size;
  return createMachine({
    context: { done: 0 },
    initial: 'plan',
    states: {
      plan: { invoke: { src: step, onDone: 'work' } },
      work: {
        entry: enqueueActions(({ enqueue }) => {
          for (let at = 0; at < size; at += 1) enqueue.spawnChild(step, { id: `w${at}` });
        }),
        on: {
          'xstate.done.actor.*': [
            { guard: ({ context }) => context.done === size - 1, target: 'join' },
            { actions: assign({ done: ({ context }) => context.done + 1 }) },
          ],
        },
      },
      join: { invoke: { src: step, onDone: 'end' } },
      end: { type: 'final' },
    },
  });
}

function loop() {
  return createMachine({
    context: { count: 0 },
    initial: 'turn',
    states: {
      turn: {
        invoke: {
          src: step,
          onDone: [
            { guard: ({ context }) => context.count >= SHAPES.loop.size - 1, target: 'end' },
            { target: 'turn', reenter: true, actions: assign({ count: ({ context }) => context.count + 1 }) },
          ],
        },
      },
      end: { type: 'final' },
    },
  });
}

function deep(depth = 1) {
  const inner = depth === SHAPES.deep.size ? undefined : deep(depth + 1);
  return createMachine({
    initial: 'step',
    states: {
      step: { invoke: { src: step, onDone: inner === undefined ? 'end' : 'inner' } },
      ...(inner && { inner: { invoke: { src: inner, onDone: 'end' } } }),
      end: { type: 'final' },
    },
  });
}

/** Runs a machine to its end; `save` is given each snapshot. */
function finished(machine, save) {
  return new Promise((resolve, reject) => {
    const actor = createActor(machine);
    actor.subscribe({ next: () => save?.(actor.getPersistedSnapshot()), complete: resolve, error: reject });
    actor.start();
  });
}

const shapes = { sequence: sequence(), 'fan-out': fanOut(), loop: loop(), deep: deep() };
const each = (names, save) => Object.fromEntries(names.map((name) => [name, () => finished(shapes[name], save)]));
await measure({ peer: 'XState', version, storage: 'none', durable: false }, each(Object.keys(shapes)));

const db = new DatabaseSync(join(mkdtempSync(join(tmpdir(), 'peer-')), 'xstate.db'));
db.exec(
  'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE snapshots (id INTEGER PRIMARY KEY, data TEXT)',
);
const insert = db.prepare('INSERT INTO snapshots (data) VALUES (?)');
const save = (snapshot) => insert.run(JSON.stringify(snapshot));
await measure(
  { peer: 'XState', version, storage: 'snapshot to SQLite FULL', durable: true },
  each(['sequence', 'loop'], save),
);
process.exit(0);
