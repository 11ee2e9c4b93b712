import { action } from 'tau-core/extension';
import { givenUp } from './gates.ts';
import type { Scenario } from './scenario.ts';

const source = `
on: { workflow_dispatch: { inputs: { who: { type: string } } } }
concurrency: { group: same, cancel-in-progress: true }
jobs:
  work:
    steps:
      - uses: same/hold@v1
        with: { who: '\${{ inputs.who }}' }
      - if: always()
        uses: same/tidy@v1
        with: { status: '\${{ job.status }}' }
  after:
    needs: work
    if: always()
    steps: [{ uses: same/tidy@v1, with: { result: '\${{ needs.work.result }}' } }]
`;

/** A newer run of a workflow takes the place of the one in progress, which still tidies up. */
export const concurrency: Scenario = {
  name: 'concurrency',
  definitions: [{ name: 'concurrency.yml', program: 'workflow', source }],
  capabilities: () => [
    action('same/hold@v1', { description: 'holds the first' }, ({ who }, { signal }) =>
      who === 'first' ? givenUp(signal) : { held: false },
    ),
    action('same/tidy@v1', { description: 'gives its input' }, (input) => input),
  ],
  async play(stage) {
    await stage.start('first', 'concurrency.yml', { who: 'first' });
    await stage.asksFor('first', 'work.0');
    await stage.start('second', 'concurrency.yml', { who: 'second' });
    await stage.ended('first');
    await stage.ended('second');
  },
};
