import type { Json } from 'tau-core';
import { HOST_CAPABILITIES, TauError, tauError } from 'tau-core';
import type { AttachedExtension, WorkContext } from 'tau-core/extension';
import { seededRandom } from 'tau-core/testing';
import { describe, expect, it } from 'vitest';
import { hosted } from '../src/machines/region/programs.js';
import { obedientLanguage, type Rules } from './programs/obedient.js';
import { KernelWorld, sequenceLanguage } from './shell-world.js';

const SEEDS = Number(process.env['TAU_SIMULATION_SEEDS'] ?? 60);
const RUNS = 12;
/** Runs that publish an event, start another run and wait for it, and take turns at a lock. */
const PARENTS = 4;

const { publish, startRun } = HOST_CAPABILITIES;
const parentRules: Rules = {
  begin: [{ call: 'say', capability: publish, input: { type: 'parent.began', sessionId: 'news' } }],
  'settled say': [{ call: 'child', capability: startRun, input: { definition: 'seq', sessionId: 'children' } }],
  'settled child': [{ lock: 'turn' }],
  'lockGranted turn': [{ wakeInMs: 400 }],
  deadline: [{ finish: 'done' }],
};

/** What the outside world keeps: how often each effect was made, by its idempotency key. */
class Outside {
  readonly effects = new Map<string, number>();

  constructor(
    readonly world: KernelWorld,
    readonly random: ReturnType<typeof seededRandom>,
  ) {}

  /** An action as it must be written: find out before acting again; the answer may be lost after the effect. */
  readonly handler = async (_input: unknown, context: WorkContext): Promise<Json> => {
    const { sleep } = this.world.world;
    await sleep.call(this.world.world, this.random.int(80));
    if (context.redelivered && this.effects.has(context.idempotencyKey)) return 'found';
    if (context.signal.aborted) throw tauError('WORK_LOST', 'stopped before acting');
    if (this.random.int(10) === 0) throw tauError('GITHUB_RATE_LIMITED', 'refused before acting');
    this.effects.set(context.idempotencyKey, (this.effects.get(context.idempotencyKey) ?? 0) + 1);
    if (this.random.int(10) === 0) throw tauError('UNREACHABLE', 'the answer was lost');
    await sleep.call(this.world.world, this.random.int(80));
    return 'done';
  };
}

/** Kills parts at random until it is told to stop, and mounts them again. */
async function torment(world: KernelWorld, outside: Outside, until: () => boolean): Promise<void> {
  const { random } = outside;
  let journal: AttachedExtension = world.mountJournal();
  let worker: AttachedExtension = world.mountWorker(outside.handler);
  while (!until()) {
    await world.world.sleep(20 + random.int(900));
    const victim = random.int(4);
    if (victim === 0) {
      void journal.close();
      void worker.close();
      world.restartKernel();
      journal = world.mountJournal();
      worker = world.mountWorker(outside.handler);
    } else if (victim === 1) {
      await journal.close();
      await world.world.sleep(random.int(2_000));
      journal = world.mountJournal();
    } else {
      await worker.close();
      await world.world.sleep(random.int(2_000));
      worker = world.mountWorker(outside.handler, random.int(3) === 0 ? 'another' : 'worker');
    }
  }
}

/** Asks until it is answered: a client that survives its kernel. */
async function insist<Value>(world: KernelWorld, ask: () => Promise<Value>): Promise<Value> {
  for (;;) {
    const answer = await Promise.race([
      ask().then(
        (value) => ({ value }),
        (thrown: unknown) => ({ thrown }),
      ),
      world.world.sleep(3_000).then(() => ({ thrown: tauError('UNREACHABLE', 'no answer') })),
    ]);
    if ('value' in answer) return answer.value;
    const { thrown } = answer;
    if (thrown instanceof TauError && !thrown.data.retryable) throw thrown;
    await world.world.sleep(200);
  }
}

async function simulate(
  seed: number,
): Promise<{ world: KernelWorld; outside: Outside; outcomes: Map<string, unknown> }> {
  const random = seededRandom(seed).fork('torment');
  const world = new KernelWorld(
    seed,
    { languages: [hosted(sequenceLanguage), hosted(obedientLanguage)] },
    {
      fault: (operation) =>
        operation === 'append' && random.int(50) === 0 ? random.pick(['before', 'after'] as const) : 'none',
    },
  );
  const outside = new Outside(world, random);
  const outcomes = new Map<string, unknown>();
  const story = async (): Promise<void> => {
    await insist(world, () => world.client.putDefinition({ name: 'seq', source: '{"steps":3}', program: 'sequence' }));
    const source = JSON.stringify(parentRules);
    await insist(world, () => world.client.putDefinition({ name: 'parent', source, program: 'obedient' }));
    await Promise.all(
      Array.from({ length: RUNS + PARENTS }, async (_, index) => {
        await world.world.sleep(index * 150);
        const sessionId = `s${index % 2}`;
        const idempotencyKey = `run-${index}`;
        const definition = index < RUNS ? 'seq' : 'parent';
        await insist(world, () => world.client.ensureSession({ sessionId }));
        const { run } = await insist(world, () => world.client.startRun({ sessionId, definition, idempotencyKey }));
        for (;;) {
          const view = await insist(world, () => world.client.getRun(run.runId));
          if (view.outcome !== undefined) return outcomes.set(run.runId, view.outcome);
          await world.world.sleep(500);
        }
      }),
    );
  };
  const told = story();
  let over = false;
  void told.finally(() => {
    over = true;
  });
  world.world.spawn(() => torment(world, outside, () => over));
  await world.result(told, 3_600_000);
  return { world, outside, outcomes };
}

describe('a kernel whose parts are killed at random', () => {
  it(
    `ends every run, with each effect made once, over ${SEEDS} seeds`,
    async () => {
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const { world, outside, outcomes } = await simulate(seed);
        const context = `seed ${seed}`;
        expect(outcomes.size, context).toBe(RUNS + PARENTS);
        for (const outcome of outcomes.values()) expect(outcome, context).toMatchObject({ kind: 'ok' });
        const repeated = [...outside.effects].filter(([, count]) => count !== 1);
        expect(repeated, context).toEqual([]);
        expect(outside.effects.size, context).toBe((RUNS + PARENTS) * 3);
        const bugs = world.logs.filter((entry) => entry.level === 'error');
        expect(bugs, context).toEqual([]);
        await world.world.until(() => world.kernel.journal.status === 'attached', 600_000);
        const children = await world.result(world.client.listRuns({ sessionId: 'children' }));
        expect(
          children.map((run) => run.status),
          context,
        ).toEqual(Array(PARENTS).fill('succeeded'));
        const news = await world.journal.read('news', 1, {});
        expect(news.records.filter((record) => record.type === 'event.received').length, context).toBe(PARENTS);
        for (const { state } of world.kernel.table.all())
          expect([state.locks, state.lockNews], context).toEqual([{}, []]);
        const validations = await world.result(world.client.admin.validate());
        expect(
          validations.filter((validation) => !validation.equal),
          context,
        ).toEqual([]);
      }
    },
    5_000 * SEEDS,
  );
});
