import type { Executable, Program } from 'tau-core';
import { expect, test } from 'vitest';
import { workflowLanguage } from '../workflow/language.js';
import { migrateRun } from './migrate-run.js';

interface Definition {
  readonly step: string;
}
type Made = Program<Definition, unknown, never>;

const program: Made = {
  kind: 'steps',
  initial: () => ({}),
  decide: () => ({ events: [], effects: [] }),
  evolve: (_, state) => state,
  nextDeadline: () => undefined,
};

function executable(step: string, migrate?: Made['migrate'], kind = 'steps'): Executable<Definition, unknown, never> {
  const made = { ...program, kind, ...(migrate && { migrate }) };
  return { language: { ...workflowLanguage, program: made } as never, definition: { step } };
}

function refusal(migrate: Made['migrate'], kind?: string) {
  const migrated = migrateRun(executable('a', migrate), executable('b', migrate, kind), { at: 'a' });
  return migrated.ok ? undefined : [migrated.error.id, migrated.error.message];
}

test('gives the state that the program makes of it', () => {
  const migrate: Made['migrate'] = (from, to) => ({ ok: true, state: { at: `${from.step}${to.step}` } });
  expect(migrateRun(executable('a', migrate), executable('b', migrate), { at: 'a' })).toEqual({
    ok: true,
    state: { at: 'ab' },
  });
});

test('changes nothing between equal versions, even for programs that cannot migrate', () => {
  const state = { at: 'a' };
  expect(migrateRun(executable('a'), executable('a'), state)).toEqual({ ok: true, state });
});

test('refuses with all reasons', () => {
  const kept = 'the run stays with its version: ';
  expect(refusal(() => ({ ok: false, reasons: ['node a is gone', 'node c asks'] }))).toEqual([
    'TAU-4012',
    `${kept}node a is gone; node c asks`,
  ]);
  expect(refusal(undefined)?.[1]).toMatch(
    /a steps cannot change its definition while it runs: let it end with version [0-9a-f]{16}$/,
  );
  expect(refusal(() => ({ ok: true, state: {} }), 'flow')?.[1]).toBe(
    `${kept}the run is a steps, and cannot become a flow`,
  );
  for (const state of [{ at: Number.NaN }, { at: new Map() }, { at: [undefined] }, () => 1]) {
    expect(refusal(() => ({ ok: true, state }))?.[1]).toContain('no plain JSON');
  }
  expect(refusal(() => ({ ok: true, state: { at: [null, { a: undefined }] } }))).toBeUndefined();
  expect(
    refusal(() => {
      throw new Error('a bug');
    })?.[1],
  ).toBe(`${kept}the steps program failed at it: a bug`);
});
