import { capability } from 'tau-core/extension';
import type { Gates } from './gates.ts';
import { flow, type Scenario, type ScenarioDefinition } from './scenario.ts';

const hubOf = (name: string, agents: readonly object[]): ScenarioDefinition => ({
  name,
  program: 'hub',
  source: JSON.stringify({ name, agents }),
});

/** Answers once `after` has been asked, too. */
const agent = (gates: Gates, name: string, after?: string) =>
  capability(`same:hub-${name}`, { description: `agent ${name}` }, async ({ from, body }) => {
    gates.open(`${name} was asked`);
    if (after !== undefined) await gates.passed(`${after} was asked`);
    return { to: String(from), from: name, about: body ?? null };
  });

/**
 * Two agents of a hub are asked side by side, one by a person and one by a run. The planner answers once the coder has been asked:
 * so a hub that hears nothing while an agent works never gets there. The coder answers once the bell has been rung, which is after
 * the planner's answer has arrived. Answers go to another hub, the desk.
 */
export const hub: Scenario = {
  name: 'hub',
  definitions: [
    hubOf('desk', []),
    hubOf(
      'team',
      ['planner', 'coder', 'bell'].map((name) => ({ name, capability: `same:hub-${name}` })),
    ),
    flow('teller', { kind: 'task', call: 'run:send@v1' }),
  ],
  capabilities: (gates) => [agent(gates, 'planner', 'coder'), agent(gates, 'coder', 'bell'), agent(gates, 'bell')],
  async play(stage) {
    await stage.start('desk', 'desk');
    await stage.start('team', 'team');
    const replyTo = stage.idOf('desk');
    await stage.send('team', { op: 'request', id: 'q1', from: 'coder', to: 'planner', body: 'what next?', replyTo });
    await stage.asksFor('team', 'd1');
    const content = { op: 'request', id: 'q2', from: 'planner', to: 'coder', body: 'how?', replyTo };
    await stage.start('teller', 'teller', { runId: stage.idOf('team'), content });
    await stage.ended('teller');
    await stage.settled('team', 'r1');
    await stage.send('team', { op: 'send', id: 's1', from: 'somebody', to: 'bell', body: 'ring' });
    await stage.settled('team', 'r2');
    await stage.send('team', { op: 'close', reason: 'all was said' });
    await stage.ended('team');
    await stage.send('desk', { op: 'close', reason: 'all was heard' });
    await stage.ended('desk');
  },
};
