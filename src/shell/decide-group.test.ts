import { callId, instant, type RegionId, type RunId } from 'tau-core';
import { describe, expect, it } from 'vitest';
import { sequenceLanguage } from '../../test/shell-world.js';
import type { RegionInput } from '../machines/region/inputs.js';
import { REGION_LIMITS } from '../machines/region/limits.js';
import { regionMachine } from '../machines/region/machine.js';
import { hosted } from '../machines/region/programs.js';
import { decideGroup } from './decide-group.js';

const machine = regionMachine(new Map([['sequence', hosted(sequenceLanguage)]]), REGION_LIMITS);
const bound = { name: 'one', program: 'sequence', version: 'v1', definition: { steps: 1 } };
const runId = 'r1' as RunId;
const start: RegionInput[] = [
  { type: 'createSession', durable: true, context: [] },
  { type: 'startRun', request: { runId, bound, input: {}, cause: 'test' } },
];
const event = (size: number, id: string): RegionInput => ({
  type: 'publish',
  event: { id, source: 's', type: 't', data: 'x'.repeat(size) },
  durable: true,
  starts: [],
});
const bugs: unknown[] = [];
const decide = (inputs: readonly RegionInput[], state = machine.initial('s' as RegionId)) =>
  decideGroup(machine, state, inputs, instant(1_000), (thrown) => bugs.push(thrown));

describe('a group', () => {
  it('takes as many inputs as fit its bytes, and leaves the others', () => {
    const inputs = Array.from({ length: 10 }, (_, index) => event(600_000, String(index)));
    expect(decide(inputs).effects).toHaveLength(4);
  });

  it('takes at most 512 inputs', () => {
    const inputs = Array.from({ length: 600 }, (_, index) => event(1, String(index)));
    expect(decide(inputs).effects).toHaveLength(512);
  });

  it('refuses what is too large for a record, and decides the others', () => {
    const { effects, events } = decide([event(5 * 1024 * 1024, 'big'), event(1, 'small')]);
    expect(effects[0]).toMatchObject([{ type: 'reply', reply: { ok: false, error: { id: 'TAU-1007' } } }]);
    expect(events.map(({ type }) => type)).toEqual(['session.created', 'event.received']);
    expect(bugs).toEqual([]);
  });

  it('ends a call as unknown whose result is too large: its run is told', () => {
    const begun = decide(start).next;
    const outcome = { kind: 'ok', output: 'x'.repeat(5 * 1024 * 1024) } as const;
    const { next } = decide([{ type: 'settle', runId, callId: callId('s0'), attempt: 1, outcome }], begun);
    expect(next.ended.get(runId)?.outcome).toMatchObject({
      kind: 'unknown',
      error: { id: 'TAU-1007', outcome: 'unknown' },
    });
  });
});
