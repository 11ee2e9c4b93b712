import { instant } from 'tau-core';
import { expect, test } from 'vitest';
import { bound, RegionLab, refusal, replyOf } from '../../../test/lab/region-lab.js';
import { testPrograms } from '../../../test/programs/index.js';
import { languageOf } from './programs.js';

test('a definition is put, put again in another version, and removed', () => {
  const lab = new RegionLab();
  const first = bound('scripted', { steps: [] });
  const second = { ...first, version: 'v2' };
  const told = [first, first, second].map((item) => lab.tell({ type: 'putDefinition', bound: item }));
  expect(told.map(replyOf)).toMatchObject([{ fresh: true }, { fresh: false }, { fresh: true }]);
  expect(told.map(({ types }) => types)).toEqual([['definition.put'], [], ['definition.put']]);
  expect(lab.state.catalogue.get('scripted')?.version).toBe('v2');
  expect(lab.tell({ type: 'removeDefinition', name: 'scripted' }).types).toEqual(['definition.removed']);
  expect(refusal(lab.tell({ type: 'removeDefinition', name: 'scripted' }))).toBe('TAU-1002');
});

test('a run is woken for its program, and at the latest for its own deadline', () => {
  const lab = RegionLab.open();
  lab.script('r1', [{ waitMs: 100 }, { call: { id: 'a' } }], { timeoutMs: 1_000 });
  lab.script('r2', [{ waitMs: 5_000 }], { timeoutMs: 1_000 });
  const deadline = (id: string) => {
    const run = lab.run(id);
    return run && lab.machine.runDeadline(lab.state, run);
  };
  expect([deadline('r1'), deadline('r2')]).toEqual([1_100, 2_000]);
  lab.now = instant(1_100);
  lab.wake('r1');
  expect(deadline('r1')).toBe(2_000);
});

test('a program that is not hosted is a bug, and says which', () => {
  expect(() => languageOf(testPrograms, { program: 'unheard-of' })).toThrow(
    'this kernel hosts no program "unheard-of"',
  );
});
