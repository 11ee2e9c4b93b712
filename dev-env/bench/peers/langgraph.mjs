import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Annotation, END, MemorySaver, Send, START, StateGraph } from '@langchain/langgraph';
import { SqliteSaver } from '@langchain/langgraph-checkpoint-sqlite';
import { SqliteShim } from './sqlite-shim.mjs';
import { measure, SHAPES } from './workload.mjs';

const version = JSON.parse(
  readFileSync(new URL('node_modules/@langchain/langgraph/package.json', import.meta.url)),
).version;

const State = Annotation.Root({
  count: Annotation({ reducer: (a, b) => a + b, default: () => 0 }),
  items: Annotation({ reducer: (a, b) => a.concat(b), default: () => [] }),
  limit: Annotation({ reducer: (_, b) => b, default: () => 0 }),
});
const step = async () => ({ count: 1 });

function sequence(checkpointer) {
  const graph = new StateGraph(State);
  for (let at = 0; at < SHAPES.sequence.size; at += 1) {
    graph.addNode(`n${at}`, step).addEdge(at === 0 ? START : `n${at - 1}`, `n${at}`);
  }
  return graph.addEdge(`n${SHAPES.sequence.size - 1}`, END).compile({ checkpointer });
}

function fanOut(checkpointer) {
  const sends = () => Array.from({ length: SHAPES['fan-out'].size }, (_, index) => new Send('work', { limit: index }));
  return new StateGraph(State)
    .addNode('plan', step)
    .addNode('work', async ({ limit }) => ({ items: [limit] }))
    .addNode('join', step)
    .addEdge(START, 'plan')
    .addConditionalEdges('plan', sends, ['work'])
    .addEdge('work', 'join')
    .addEdge('join', END)
    .compile({ checkpointer });
}

function loop(checkpointer) {
  return new StateGraph(State)
    .addNode('turn', step)
    .addEdge(START, 'turn')
    .addConditionalEdges('turn', ({ count }) => (count < SHAPES.loop.size ? 'turn' : END), ['turn', END])
    .compile({ checkpointer });
}

function deep(checkpointer) {
  const level = (depth) => {
    const graph = new StateGraph(State).addNode('step', step).addEdge(START, 'step');
    if (depth === SHAPES.deep.size) return graph.addEdge('step', END).compile();
    graph
      .addNode('inner', level(depth + 1))
      .addEdge('step', 'inner')
      .addEdge('inner', END);
    return depth === 1 ? graph.compile({ checkpointer }) : graph.compile();
  };
  return level(1);
}

const savers = {
  memory: { durable: false, make: () => new MemorySaver(), durability: undefined },
  'SQLite FULL, sync': {
    durable: true,
    make: () => new SqliteSaver(new SqliteShim(join(mkdtempSync(join(tmpdir(), 'peer-')), 'langgraph.db'), 'FULL')),
    durability: 'sync',
  },
};

let thread = 0;
for (const [storage, { durable, make, durability }] of Object.entries(savers)) {
  const runs = {};
  for (const [shape, build] of Object.entries({ sequence, 'fan-out': fanOut, loop, deep })) {
    let graph;
    let sinceNew = 0;
    runs[shape] = async () => {
      // A memory saver keeps every thread for ever: a new one now and then keeps this a measurement of steps.
      if (graph === undefined || (!durable && sinceNew > 500)) {
        graph = build(make());
        sinceNew = 0;
      }
      sinceNew += 1;
      thread += 1;
      const options = {
        configurable: { thread_id: `t${thread}` },
        recursionLimit: 2_000,
        ...(durability && { durability }),
      };
      await graph.invoke({}, options);
    };
  }
  await measure({ peer: 'LangGraph.js', version, storage, durable }, runs);
}
process.exit(0);
