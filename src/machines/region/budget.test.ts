import { expect, test } from 'vitest';
import { RegionLab } from '../../../test/lab/region-lab.js';
import { overBudget } from './budget.js';

test.each([
  [{}, undefined],
  [{ callsMax: 3, tokensMax: 10, costMicrosMax: 100 }, undefined],
  [{ callsMax: 2 }, { what: 'calls', used: 3, max: 2 }],
  [{ tokensMax: 0 }, { what: 'tokens', used: 10, max: 0 }],
  [{ costMicrosMax: 99 }, { what: 'cost in millionths', used: 100, max: 99 }],
  [
    { callsMax: 2, tokensMax: 1 },
    { what: 'calls', used: 3, max: 2 },
  ],
])('a budget of %o, of which 3 calls, 10 tokens and 100 millionths are spent', (budget, details) => {
  const lab = RegionLab.open();
  lab.script('r1', [{ call: { id: 'a' } }]);
  const run = lab.run('r1');
  if (run === undefined) throw new Error('r1 is not in progress');
  const error = overBudget({ ...run, budget, callsTotal: 3, usage: { tokens: 10, costMicros: 100 } });
  expect(error?.details).toEqual(details);
});
