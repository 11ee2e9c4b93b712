import { flow, type Scenario } from './scenario.ts';

const send = (content: object): object => ({
  kind: 'task',
  call: 'run:send@v1',
  input: { runId: '${{ input.replyTo }}', content },
});

/** An agent of a hub that is a run: it is asked by a message, answers by one, and is told of a publication. */
export const agentsAsRuns: Scenario = {
  name: 'agents-as-runs',
  definitions: [
    { name: 'bureau', program: 'hub', source: JSON.stringify({ name: 'bureau' }) },
    flow('clerk', {
      kind: 'chain',
      nodes: [
        { name: 'asked', node: { kind: 'receive', when: "message.kind == 'request'" } },
        {
          name: 'answer',
          node: send({ op: 'answered', deliveryId: '${{ input.deliveryId }}', output: { heard: '${{ input.body }}' } }),
        },
        { name: 'told', node: { kind: 'receive', when: "message.kind == 'publish'" } },
      ],
    }),
    flow('visitor', {
      kind: 'chain',
      nodes: [
        { name: 'answer', node: { kind: 'receive', when: "message.op == 'answer'" } },
        { name: 'bye', node: { kind: 'pass', input: { heard: '${{ input.outcome.output.heard }}' } } },
      ],
    }),
  ],
  async play(stage) {
    await stage.start('bureau', 'bureau');
    await stage.start('clerk', 'clerk');
    await stage.start('visitor', 'visitor');
    const agent = { name: 'clerk', runId: stage.idOf('clerk'), subscriptions: [{ topic: 'news.**' }] };
    await stage.send('bureau', { op: 'join', agent });
    const replyTo = stage.idOf('visitor');
    await stage.send('bureau', { op: 'request', id: 'q1', from: 'visitor', to: 'clerk', body: 'a form', replyTo });
    await stage.ended('visitor');
    await stage.send('bureau', { op: 'publish', id: 'p1', from: 'somebody', topic: 'news.today', body: 'closed' });
    await stage.ended('clerk');
    await stage.settled('bureau', 'd2');
    await stage.send('bureau', { op: 'close', reason: 'it is late' });
    await stage.ended('bureau');
  },
};
