import { errorData, instant } from 'tau-core';
import { expect, test } from 'vitest';
import { evolveSteps } from './evolve-steps.js';
import { planOf } from './plan.js';
import type { RunningJob } from './state.js';

/** The compiler asks for a member that is new: a step's end must not lose it. */
const JOB: Required<Omit<RunningJob, 'action' | 'hashes'>> = {
  phase: 'running',
  status: 'success',
  steps: [],
  calling: true,
  env: { A: '***' },
  envSecrets: { A: [{ secret: 'A' }] },
  path: ['/bin'],
  summary: 'text',
  deadline: instant(1),
  stopBy: instant(2),
  lock: 'group',
  error: errorData('STEP_FAILED', 'broken'),
};

test("the end of a step keeps all that is the job's", () => {
  const steps = [{ uses: 'x/a@v1', with: [], env: [] }];
  const job = { id: 'a', needs: [], env: [], outputs: [], steps };
  const plan = planOf({ format: 1, file: 'w.yml', name: 'w', triggers: [], env: [], jobs: [job] }).jobs[0];
  if (plan === undefined) throw new Error('there is no such job');
  const { calling: _, ...kept } = JOB;
  const step = { outcome: 'skipped', conclusion: 'skipped' } as const;
  expect(evolveSteps(plan, JOB, { type: 'StepSkipped', job: 'a', step: '0' })).toEqual({ ...kept, steps: [step] });
});
