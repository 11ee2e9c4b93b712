import { type CloudEvent, type ErrorData, tauError } from 'tau-core';
import { seededRandom, World } from 'tau-core/testing';
import { describe, expect, it } from 'vitest';
import { type Audit, createAudit, type Rejection } from './audit.js';

const rejection: Rejection = {
  deliveryId: 'd'.repeat(500),
  event: 'issues',
  signature: 'wrong',
  remoteAddress: '127.0.0.1',
  forwardedFor: '203.0.113.9',
  bodySha256: '0'.repeat(64),
};

interface Setting {
  readonly audit: Audit;
  readonly world: World;
  readonly events: CloudEvent[];
  readonly problems: ErrorData[];
  away: boolean;
}

function setting(): Setting {
  const world = new World({ seed: 7 });
  const events: CloudEvent[] = [];
  const problems: ErrorData[] = [];
  const audit = createAudit({
    publish: async (_, event) => {
      if (made.away) throw tauError('UNREACHABLE', 'the kernel is away');
      events.push(event);
      return { duplicate: false };
    },
    clock: world.clock,
    random: seededRandom(7),
    pace: { auditEventsMax: 3, auditWindowMs: 60_000 },
    onProblem: (error) => problems.push(error),
  });
  const made: Setting = { audit, world, events, problems, away: false };
  return made;
}

const told = (events: readonly CloudEvent[]): number =>
  events.reduce((sum, event) => sum + ((JSON.parse(event.data) as { coalesced?: number }).coalesced ?? 1), 0);

describe('the audit of rejected signatures', () => {
  it('tells the first of a window one by one, the rest as one count', async () => {
    const { audit, world, events } = setting();
    for (let index = 0; index < 1_000; index += 1) audit.rejected(rejection);
    await world.quiet();
    expect(events).toHaveLength(3);
    await world.run(60_000);
    expect(events).toHaveLength(4);
    expect(told(events)).toBe(1_000);
  });

  it('starts a new window after the end of the last', async () => {
    const { audit, world, events } = setting();
    for (let index = 0; index < 3; index += 1) audit.rejected(rejection);
    await world.run(60_000);
    expect(events).toHaveLength(3);
    audit.rejected(rejection);
    await world.quiet();
    expect(events).toHaveLength(4);
    expect(new Set(events.map(({ id }) => id)).size).toBe(4);
  });

  it('bounds what a header may add to the journal', async () => {
    const { audit, world, events } = setting();
    audit.rejected(rejection);
    await world.quiet();
    expect((JSON.parse(events[0]?.data ?? '') as Rejection).deliveryId).toHaveLength(100);
  });

  it('tells later what it could not tell while the kernel was away', async () => {
    const made = setting();
    made.away = true;
    for (let index = 0; index < 5; index += 1) made.audit.rejected(rejection);
    await made.world.run(60_000);
    expect(made.events).toEqual([]);
    expect(made.problems.length).toBeGreaterThan(0);
    made.away = false;
    await made.world.run(60_000);
    expect(told(made.events)).toBe(5);
  });

  it('tells the count when it closes, and leaves no timer behind', async () => {
    const { audit, world, events } = setting();
    for (let index = 0; index < 5; index += 1) audit.rejected(rejection);
    await audit.close();
    expect(told(events)).toBe(5);
    expect(world.clock.pending).toBe(0);
  });

  it('leaves no timer behind when nobody takes the count at the end', async () => {
    const made = setting();
    made.away = true;
    made.audit.rejected(rejection);
    await made.audit.close();
    expect(made.world.clock.pending).toBe(0);
  });
});
