// Steps per second of the flow machine alone: decide, evolve and nextDeadline, driven without IO, as a host drives them. Needs
// the build (`npm run build`); then `node bench/flow-steps.ts`. `--json` prints one object a line.
import { type Instant, instant, type Json, type RunBegin, runId } from 'tau-core';
import { type FlowDefinition, type FlowNode, flowProgram } from 'tau-orchestrate';
import { runToEnd, stepsPerSecond } from './run-to-end.ts';

const NOW: Instant = instant(1_700_000_000_000);

const task: FlowNode = { kind: 'task', call: 'tool:bench' };

/** A graph of so many tasks, one after another, each of which writes a key. */
function sequence(count: number): FlowDefinition {
  const names = Array.from({ length: count }, (_, index) => `n${index}`);
  return {
    format: 1,
    name: `sequence of ${count}`,
    root: {
      kind: 'graph',
      state: { n: {} },
      nodes: Object.fromEntries(names.map((name) => [name, task])),
      edges: names.slice(1).map((to, index) => ({ from: `n${index}`, to })),
      entry: ['n0'],
      stepsMax: count,
    },
  };
}

/** A task that gives a list, one task for each of its items, and one behind them all. */
const FAN_OUT: FlowDefinition = {
  format: 1,
  name: 'fan-out of 100',
  root: {
    kind: 'graph',
    state: { list: {}, n: { reducer: 'append' } },
    nodes: { list: { ...task, writes: { list: '${{ output.list }}' } }, work: task, sum: task },
    edges: [
      { from: 'list', each: 'output.list', to: 'work' },
      { from: 'work', to: 'sum' },
    ],
    entry: ['list'],
  },
};

/** The same without a graph. */
const MAP: FlowDefinition = {
  format: 1,
  name: 'map over 100',
  root: {
    kind: 'chain',
    nodes: [
      { name: 'list', node: task },
      { name: 'work', node: { kind: 'map', over: 'input.list', node: task } },
    ],
  },
};

/** A cycle of one task: as many steps as it may have. */
function cycle(steps: number): FlowDefinition {
  return {
    format: 1,
    name: `cycle of ${steps}`,
    root: {
      kind: 'graph',
      state: { n: {} },
      nodes: { work: task },
      edges: [{ from: 'work', to: 'work', when: `state.n < ${steps}` }],
      entry: ['work'],
      stepsMax: steps,
    },
  };
}

const LIST: readonly Json[] = Array.from({ length: 100 }, (_, index) => ({ item: index }));

function rateOf(definition: FlowDefinition): number {
  return stepsPerSecond((run) => {
    const begin: RunBegin = { runId: runId(`run-${run}`), sessionId: 'bench', input: {}, startedAt: NOW };
    return runToEnd({ program: flowProgram, definition }, begin, (n) => (n === 1 ? { n, list: LIST } : { n }));
  });
}

const results = Object.fromEntries(
  [sequence(10), FAN_OUT, MAP, cycle(10), cycle(10_000)].map((definition) => [definition.name, rateOf(definition)]),
);
if (process.argv.includes('--json')) console.log(JSON.stringify({ bench: 'flow steps per second', ...results }));
else
  for (const [name, rate] of Object.entries(results))
    console.log(`${name}: ${Math.round(rate).toLocaleString('en')} steps/s`);
