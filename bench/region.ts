/**
 * Steps per second of the region machine alone: decide and evolve, as the shell drives them, without a journal. A step is
 * a call that settles and the call that follows it. Beside it the replay of what was decided, and what the persistent
 * maps of a draft cost against a mutable one. `npm run bench -w tau-runtime-kernel`; `--json` prints one object.
 */
import { Map as ImmutableMap } from 'immutable';
import { callId, type Instant, instant, regionId, runId } from 'tau-core';
import type { RegionEvent } from '../src/machines/region/events.js';
import type { RegionInput } from '../src/machines/region/inputs.js';
import { REGION_LIMITS } from '../src/machines/region/limits.js';
import { regionMachine } from '../src/machines/region/machine.js';
import { hosted } from '../src/machines/region/programs.js';
import type { BoundDefinition, RegionState } from '../src/machines/region/state.js';
import { type Count, countingLanguage } from './counting-program.js';

const ROUNDS = 5;
const ROUND_MS = 500;
const NOW: Instant = instant(1_700_000_000_000);
const MANY = 100_000;

const machine = regionMachine(new Map([['counting', hosted(countingLanguage)]]), {
  ...REGION_LIMITS,
  runsMax: 2 * MANY,
});

/** A region under the machine: tells it inputs, and collects the events if they are wanted. */
class Region {
  state: RegionState;
  runs = 0;
  readonly events: RegionEvent[] | undefined;

  constructor(keepEvents = false) {
    this.events = keepEvents ? [] : undefined;
    this.state = machine.initial(regionId('bench'));
    this.tell({ type: 'createSession', durable: true, context: [] });
  }

  tell(input: RegionInput): void {
    const { next, events } = machine.decide(this.state, input, NOW);
    this.state = next;
    this.events?.push(...events);
  }

  start(bound: BoundDefinition): string {
    this.runs += 1;
    const id = runId(`r${this.runs}`);
    this.tell({ type: 'startRun', request: { runId: id, bound, input: {}, cause: 'bench' } });
    return id;
  }

  settle(run: string, call: string): void {
    this.tell({
      type: 'settle',
      runId: runId(run),
      callId: callId(call),
      attempt: 1,
      outcome: { kind: 'ok', output: { n: 1 } },
    });
  }
}

function counting(name: string, count: Count): BoundDefinition {
  return { name, program: 'counting', version: name, definition: { ...count } };
}

const SEQUENCE = counting('sequence', { calls: 10, width: 1 });
const FAN_OUT = counting('fan-out', { calls: 100, width: 100 });
const LONG = counting('long', { calls: 1_000, width: 1 });

/** Does some work and says how many steps it was. */
type Work = () => number;

function sequences(inProgress: number): Work {
  const region = new Region();
  return () => {
    const runs = Array.from({ length: inProgress }, () => region.start(SEQUENCE));
    for (let step = 0; step < 10; step += 1) for (const run of runs) region.settle(run, `c${step}`);
    return 10 * inProgress;
  };
}

function fanOut(): Work {
  const region = new Region();
  return () => {
    const run = region.start(FAN_OUT);
    for (let call = 0; call < 100; call += 1) region.settle(run, `c${call}`);
    return 100;
  };
}

/** Steps of a few runs among very many that wait. */
function amongMany(): Work {
  const region = new Region();
  for (let run = 0; run < MANY; run += 1) region.start(SEQUENCE);
  let long = region.start(LONG);
  let step = 0;
  return () => {
    for (let done = 0; done < 100; done += 1, step += 1) {
      if (step === 1_000) [long, step] = [region.start(LONG), 0];
      region.settle(long, `c${step}`);
    }
    return 100;
  };
}

/** Events folded into states: what recovery does. */
function replay(): Work {
  const region = new Region(true);
  for (let batch = 0; batch < 100; batch += 1) {
    const run = region.start(SEQUENCE);
    for (let step = 0; step < 10; step += 1) region.settle(run, `c${step}`);
  }
  const { events = [] } = region;
  return () => {
    let state = machine.initial(region.state.id);
    for (const event of events) state = machine.evolve(state, event);
    return events.length;
  };
}

/** The map alone, as a step changes it: one run among many is replaced. */
function persistentMap(): Work {
  let map = ImmutableMap<string, object>(Array.from({ length: MANY }, (_, index) => [`r${index}`, {}] as const));
  return () => {
    for (let index = 0; index < 1_000; index += 1) map = map.set(`r${index * 97}`, { index });
    return 1_000;
  };
}

function mutableMap(): Work {
  const map = new Map<string, object>(Array.from({ length: MANY }, (_, index) => [`r${index}`, {}] as const));
  return () => {
    for (let index = 0; index < 1_000; index += 1) map.set(`r${index * 97}`, { index });
    return 1_000;
  };
}

/** What an alternative without drafts would need to be able to go back: a copy of the runs for each group. */
function copiedMap(): Work {
  const map = new Map<string, object>(Array.from({ length: MANY }, (_, index) => [`r${index}`, {}] as const));
  return () => {
    const copy = new Map(map);
    for (let index = 0; index < 512; index += 1) copy.set(`r${index * 97}`, { index });
    return 512;
  };
}

/** The median rate of several rounds, after one that warms up. */
function perSecond(work: Work): number {
  const rates: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const started = performance.now();
    let done = 0;
    while (performance.now() - started < ROUND_MS) done += work();
    if (round > 0) rates.push((done / (performance.now() - started)) * 1_000);
  }
  return Math.round(rates.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0);
}

const benches: readonly (readonly [string, string, () => Work])[] = [
  ['steps, sequence of 10, 1 run', 'steps/s', () => sequences(1)],
  ['steps, sequence of 10, 50 runs in progress', 'steps/s', () => sequences(50)],
  ['steps, fan-out of 100', 'steps/s', fanOut],
  [`steps, among ${MANY} runs that wait`, 'steps/s', amongMany],
  ['replay', 'events/s', replay],
  [`runs replaced in a persistent map of ${MANY}`, 'runs/s', persistentMap],
  [`runs replaced in a mutable map of ${MANY}`, 'runs/s', mutableMap],
  [`runs replaced in copies of a map of ${MANY}, one copy for 512`, 'runs/s', copiedMap],
];

const results = benches.map(([name, unit, make]) => ({ name, unit, rate: perSecond(make()) }));
if (process.argv.includes('--json')) console.log(JSON.stringify({ bench: 'region machine', results }));
else for (const { name, unit, rate } of results) console.log(`${name}: ${rate.toLocaleString('en')} ${unit}`);
