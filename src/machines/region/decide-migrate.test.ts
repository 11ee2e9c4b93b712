import { type Json, runId } from 'tau-core';
import { expect, test } from 'vitest';
import { bound, RegionLab, replyOf } from '../../../test/lab/region-lab.js';

test.each([true, false])(
  'a program that throws at a migration refuses it, and its run goes on (check only: %s)',
  (checkOnly) => {
    const lab = RegionLab.open();
    lab.obedient('r1', { begin: [{ call: 'a' }] });
    // No rules at all: its program cannot compare them.
    const broken = { ...bound('obedient', {}), definition: null as Json, version: 'broken' };
    const told = lab.tell({ type: 'migrateRun', runId: runId('r1'), bound: broken, checkOnly });
    const reason = expect.stringContaining('the program failed to translate its state: ') as unknown;
    expect(replyOf(told)).toMatchObject({ ok: false, error: { id: 'TAU-4012', details: { reasons: [reason] } } });
    expect(told.types).toEqual([]);
    expect(lab.settle('r1/a').types).toEqual(['run.advanced']);
  },
);
