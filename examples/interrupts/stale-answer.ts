// Two people answer the same question: the second is told that it is too late, and changes nothing.
// Answers: can an answer be taken twice, or for another question than it was meant for?
import { TauError } from 'tau-core';
import { append, ask, defineFlow, edge, graph } from 'tau-orchestrate/flow';
import { type OpenQuestion, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'expenses',
  graph({
    state: { log: append<string>() },
    nodes: {
      // Both are open at once, and may be answered in any order.
      boss: ask('Does the boss agree?', { actions: ['respond'], writes: { log: 'boss: ${{ output }}' } }),
      bank: ask('Does the bank agree?', { actions: ['respond'], writes: { log: 'bank: ${{ output }}' } }),
      sign: ask('Signed?', { actions: ['approve'], writes: {} }),
    },
    edges: [edge(['boss', 'bank'], 'sign')],
    entry: ['boss', 'bank'],
  }),
);

const run = runLocal(flow, { runId: 'expenses-7' });
const give = async (question: OpenQuestion | undefined, answer: { action: string; value?: string }) => {
  if (question === undefined) return;
  try {
    await run.answer(question, answer);
    console.log(`${question.question} ${answer.value ?? answer.action}`);
  } catch (thrown) {
    console.log(thrown instanceof TauError ? `${question.question} ${thrown.message}` : thrown);
  }
};

const [boss, bank] = (await run.idle()).questions;
await give(bank, { action: 'respond', value: 'yes' });
await give(bank, { action: 'respond', value: 'no' });
await give(boss, { action: 'reject' });
await give(boss, { action: 'respond', value: 'yes' });
const [sign] = (await run.idle()).questions;
await give(sign, { action: 'approve' });
console.log((await run.ended).outcome);
