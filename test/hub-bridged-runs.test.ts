import fc from 'fast-check';
import { HOST_CAPABILITIES, type Json, type JsonObject } from 'tau-core';
import { expect, test } from 'vitest';
import type { HubDefinition } from '../src/hub/definition.js';
import { hubLanguage } from '../src/hub/language.js';
import type { HubProgramEvent, HubProgramState } from '../src/hub/program-state.js';
import { ProgramDrive } from './support/program-drive.js';

const START = 1_772_438_400_000;
type Hub = ProgramDrive<HubDefinition, HubProgramState, HubProgramEvent>;

/** Two hubs as runs of one host, and whatever other runs they answer. */
class Host {
  readonly hubs = new Map<string, Hub>();
  readonly told = new Map<string, JsonObject[]>();
  readonly handled: string[] = [];

  constructor() {
    for (const [own, other] of [
      ['north', 'south'],
      ['south', 'north'],
    ] as const) {
      const definition = {
        name: own,
        agents: [{ name: `${own}.agent` }, { name: `${own}.slow` }],
        bridges: [{ name: other, hub: other, runId: other, rules: [{ to: '**' }, { broadcast: true }] }],
      };
      this.hubs.set(own, new ProgramDrive(hubLanguage, definition, START).begin());
    }
  }

  /** Serves one open call, as a host and its agents do; false when there is none but those of slow agents. */
  step(pick: number): boolean {
    const open = [...this.hubs.values()].flatMap((hub) =>
      [...hub.calls.values()].filter(({ capability }) => !capability.endsWith('.slow')).map((call) => ({ hub, call })),
    );
    const one = open[pick % Math.max(open.length, 1)];
    if (one === undefined) return false;
    const { callId, capability, input } = one.call;
    if (capability === HOST_CAPABILITIES.sendInput) this.#send(String(input['runId']), input['content'] ?? null);
    else this.handled.push(`${capability} ${String(input['body'])}`);
    // A message to itself may have withdrawn it.
    if (one.hub.calls.has(callId)) one.hub.settle(callId, { kind: 'ok', output: `by ${capability}` });
    return true;
  }

  #send(runId: string, content: Json): void {
    const hub = this.hubs.get(runId);
    if (hub !== undefined) hub.tell(content);
    else this.told.set(runId, [...(this.told.get(runId) ?? []), content as JsonObject]);
  }

  advance(ms: number): void {
    for (const hub of this.hubs.values()) hub.advance(ms);
  }
}

test('two runs that are hubs: each request has one answer, each agent each message once, and in order', () => {
  const post = fc.record({
    op: fc.constantFrom('send', 'request', 'broadcast'),
    at: fc.constantFrom('north', 'south'),
    to: fc.constantFrom('north.agent', 'south.agent', 'south.slow', 'north.slow', 'nobody'),
    steps: fc.array(fc.nat(), { maxLength: 6 }),
    wait: fc.constantFrom(0, 0, 400),
  });
  fc.assert(
    fc.property(fc.array(post, { minLength: 1, maxLength: 25 }), (posts) => {
      const host = new Host();
      const requests: string[] = [];
      for (const [index, { op, at, to, steps, wait }] of posts.entries()) {
        const id = `m${index}`;
        if (op === 'request') requests.push(id);
        const timeoutMs = op === 'request' ? { timeoutMs: 1_000 } : {};
        const message = { op, id, from: 'me', to, key: 'k', body: index, replyTo: 'me', ...timeoutMs };
        host.hubs.get(at)?.tell(message);
        for (const pick of steps) host.step(pick);
        host.advance(wait);
      }
      for (let more = true; more; more = host.step(0));
      host.advance(2_000);
      for (let more = true; more; more = host.step(0));
      const answers = (host.told.get('me') ?? [])
        .filter((content) => content['op'] === 'answer')
        .map(({ id }) => String(id));
      expect([...answers].sort()).toEqual([...requests].sort());
      expect(new Set(host.handled).size).toBe(host.handled.length);
      // What was posted at one hub for one agent, by one sender under one key.
      for (const line of ['north', 'south'].flatMap((at) => ['north', 'south'].map((agent) => ({ at, agent })))) {
        const order = host.handled
          .map((text) => text.split(' '))
          .filter(([agent, index]) => agent === `agent:${line.agent}.agent` && posts[Number(index)]?.at === line.at)
          .map(([, index]) => Number(index));
        expect(order).toEqual([...order].sort((a, b) => a - b));
      }
      for (const hub of host.hubs.values()) {
        expect(Object.keys(hub.state.hub.requests)).toEqual([]);
        expect(hub.state.messagesRefused).toBe(0);
      }
    }),
    { numRuns: 150 },
  );
}, 60_000);
