// One model writes, another one judges, until the judge is content or the rounds are used up.
// Answers: how do I have a draft improved by feedback?
import { defineFlow, evaluatorOptimizer, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

const flow = (roundsMax: number) =>
  defineFlow(
    'joke',
    evaluatorOptimizer({
      // Given `{ request, draft, feedback }`, the latter two null in the first round.
      generator: task('model:write'),
      // Given `{ request, draft }`; its feedback has `accepted`, unless `until` says otherwise.
      evaluator: task('model:judge'),
      roundsMax,
      // `fail`, the default, would fail the run when the judge was never content.
      onMax: 'take',
    }),
  );

const handlers: LocalHandlers = {
  'model:write': ({ request, draft, feedback }) => {
    if (draft === null) return `a joke of ${(request as { topic: string }).topic}`;
    return `${draft}, ${(feedback as { note: string }).note}`;
  },
  'model:judge': ({ draft }) => {
    const accepted = String(draft).includes('shorter');
    const note = String(draft).includes('funnier') ? 'shorter' : 'funnier';
    console.log(`judged: ${draft}`);
    return accepted ? { accepted, note: 'fine' } : { accepted, note };
  },
};

for (const roundsMax of [5, 2]) {
  const { outcome } = await runLocal(flow(roundsMax), { handlers, input: { topic: 'cats' } }).ended;
  console.log(outcome);
}
