// Several nodes given the same, side by side; their outputs by name for the one that joins them.
// Answers: how do I ask several models (or run several checks) at once?
import { chain, defineFlow, parallel, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'review',
  chain({
    checks: parallel(
      { style: task('model:style'), bugs: task('model:bugs'), tests: task('tool:tests') },
      // Each output is `{ ok: true, output }` or `{ ok: false, error }`. `fail-fast`, the default, gives outputs as they are,
      // and fails with the first error.
      { failure: 'collect' },
    ),
    verdict: task('model:verdict', {
      input: {
        style: '${{ input.style.output.note }}',
        bugs: '${{ input.bugs.output.count }}',
        tests: "${{ input.tests.error.message || 'passed' }}",
      },
    }),
  }),
);

const { outcome } = await runLocal(flow, {
  input: { code: 'let x = 1;' },
  handlers: {
    'model:style': ({ code }) => ({ note: String(code).startsWith('let') ? 'use const' : 'fine' }),
    'model:bugs': () => ({ count: 0 }),
    'tool:tests': () => {
      throw new Error('no tests were found');
    },
    'model:verdict': (findings) => findings,
  },
}).ended;
console.log(outcome);
