import { readFileSync } from 'node:fs';
import { Annotation, interrupt, MemorySaver, START, StateGraph } from '@langchain/langgraph';
import { createActor, createMachine } from 'xstate';

// Heap of what waits for a person, each: run with --expose-gc. Prints one JSON object a line.
const version = (name) =>
  JSON.parse(readFileSync(new URL(`node_modules/${name}/package.json`, import.meta.url))).version;

function heap() {
  for (let pass = 0; pass < 3; pass += 1) globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function print(peer, name, count, bytes) {
  process.stdout.write(`${JSON.stringify({ peer, version: version(name), count, bytes })}\n`);
}

const saver = new MemorySaver();
const graph = new StateGraph(Annotation.Root({ answer: Annotation() }))
  .addNode('ask', () => ({ answer: interrupt('go on?') }))
  .addEdge(START, 'ask')
  .compile({ checkpointer: saver });
const threads = 10_000;
await graph.invoke({}, { configurable: { thread_id: 'warm' } });
const before = heap();
for (let at = 0; at < threads; at += 1) await graph.invoke({}, { configurable: { thread_id: `t${at}` } });
const grown = heap() - before;
// Asked after the measure, so that nothing of it is collected before.
const stored = Object.keys(saver.storage).length - 1;
print('LangGraph.js, a thread at an interrupt', '@langchain/langgraph', stored, Math.round(grown / stored));

const machine = createMachine({ initial: 'ask', states: { ask: { on: { answer: 'end' } }, end: { type: 'final' } } });
const count = 100_000;
const start = heap();
const actors = Array.from({ length: count }, () => createActor(machine).start());
print('XState, an actor', 'xstate', count, Math.round((heap() - start) / actors.length));
process.exit(0);
