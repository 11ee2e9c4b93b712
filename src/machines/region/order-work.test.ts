import { expect, test } from 'vitest';
import { RegionLab } from '../../../test/lab/region-lab.js';
import type { WorkOrder } from './effects.js';
import { recoveryEffects } from './order-work.js';
import { regionFromImage, regionImage } from './snapshot.js';

test('an order has all that a provider and a queue need', () => {
  const lab = RegionLab.open();
  const call = { id: 'a', capability: 'model:x', input: { n: 1 }, stickyKey: 'k', timeoutMs: 100 };
  const { orders } = lab.script('r1', [{ call }], {
    principal: { id: 'ann' },
    traceparent: '00-1',
    budget: { tokensMax: 5 },
    priority: 1,
    fairnessKey: 'team',
  });
  expect(orders).toEqual<WorkOrder[]>([
    {
      workId: 'r1/a' as never,
      attempt: 1,
      regionId: 'lab' as never,
      runId: 'r1' as never,
      callId: 'a' as never,
      capability: 'model:x',
      inputJson: '{"n":1}',
      answerJson: '',
      deadlineMs: 1_100,
      notBeforeMs: 0,
      redelivered: false,
      priority: 1,
      fairnessKey: 'team',
      stickyKey: 'k',
      principal: { id: 'ann' },
      traceparent: '00-1',
      budget: { tokensMax: 5 },
    },
  ]);
});

test('recovery orders every open call again, as possibly done; not what is paused or asks', () => {
  const lab = RegionLab.open();
  lab.script('r1', [{ together: [{ id: 'a' }, { id: 'b' }] }]);
  lab.script('r2', [{ call: { id: 'a' } }]);
  lab.script('r3', []);
  lab.settle('r1/b', { kind: 'inputRequired', question: 'really?' });
  lab.pause('r2');
  expect(recoveryEffects(lab.state)).toMatchObject([
    { type: 'dispatch', order: { workId: 'r1/a', attempt: 1, redelivered: true } },
  ]);
});

test('recovery orders in the order in which the runs began, from a snapshot or from the first record', () => {
  const lab = RegionLab.open();
  const names = ['r9', 'r1', 'r5', 'r3', 'r7', 'r2', 'r8', 'r4', 'r6', 'r10', 'r0'];
  for (const name of names) lab.script(name, [{ call: { id: 'a' } }]);
  const restored = regionFromImage(JSON.parse(JSON.stringify(regionImage(lab.state))));
  for (const state of [lab.state, restored ?? lab.machine.initial(lab.state.id)]) {
    const works = recoveryEffects(state).map((effect) => (effect.type === 'dispatch' ? effect.order.runId : ''));
    expect(works).toEqual(names);
  }
});
