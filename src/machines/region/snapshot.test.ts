import { regionId } from 'tau-core';
import { expect, test } from 'vitest';
import { imageText } from '../../../test/lab/region-invariants.js';
import { bound, event, RegionLab, replyOf, request } from '../../../test/lab/region-lab.js';
import { type RegionImage, regionFromImage, regionImage } from './snapshot.js';
import type { RegionState } from './state.js';

function restored(state: RegionState): RegionState {
  const back = regionFromImage(JSON.parse(JSON.stringify(regionImage(state))) as RegionImage);
  if (back === undefined) throw new Error('the image was not understood');
  return back;
}

function busyLab(): RegionLab {
  const lab = RegionLab.open();
  lab.tell({ type: 'putDefinition', bound: bound('scripted', { steps: [] }) });
  lab.publish(event('e1'), [request('r1', bound('scripted', { steps: [{ call: { id: 'a' } }] }), { startKey: 'k' })]);
  lab.obedient('r2', { begin: [{ call: 'a' }] });
  lab.message('r2', 'append', 'x', 'm1');
  lab.script('r3', []);
  return lab;
}

test('a state comes back from its image as it was', () => {
  const { state } = busyLab();
  expect(imageText(restored(state))).toBe(imageText(state));
});

test('a restored region remembers what it must not do twice', () => {
  const lab = busyLab();
  lab.state = restored(lab.state);
  expect(replyOf(lab.publish(event('e1')))).toMatchObject({ fresh: false, runIds: ['r1'] });
  expect(replyOf(lab.script('r9', [], { startKey: 'k' }))).toMatchObject({ runId: 'r1', fresh: false });
  expect(replyOf(lab.message('r2', 'append', 'x', 'm1'))).toMatchObject({ fresh: false });
});

test('equal states have equal images, whatever order built them', () => {
  const names = ['r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7', 'r8', 'r9', 'r10', 'r11', 'r12'];
  const [forth, back] = [names, [...names].reverse()].map((order) => {
    const lab = RegionLab.open();
    for (const name of order) lab.script(name, [{ call: { id: 'a' } }]);
    return regionImage(lab.state).runs.map((run) => run.runId);
  });
  expect(back).toEqual(forth);
});

test('an image of another format is not understood: its region is replayed instead', () => {
  const image = { ...regionImage(new RegionLab().machine.initial(regionId('lab'))), format: 2 };
  expect(regionFromImage(image as unknown as RegionImage)).toBeUndefined();
});
