// What a handler shows in the middle of its work: progress, tokens, results of its own; and events that the run publishes.
// Answers: how do I stream from inside a step?
import { HOST_CAPABILITIES } from 'tau-core';
import { chain, defineFlow, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'poem',
  chain({
    write: task('model:write'),
    tell: task(HOST_CAPABILITIES.publish, { input: { type: 'poem.written', data: '${{ input }}' } }),
  }),
);

const published: string[] = [];
const run = runLocal(flow, {
  runId: 'poem-1',
  input: { about: 'bees' },
  handlers: {
    'model:write': ({ about }, { progress, emit }) => {
      const tokens = [`${about}`, ' dance', ' at', ' noon'];
      tokens.forEach((token, index) => {
        emit({ token });
        if (index % 2 === 1) progress({ done: index + 1, of: tokens.length });
      });
      return { poem: tokens.join('') };
    },
  },
  // Published events are stored with the run, and told to whoever is to act on them; what handlers show is not kept.
  onPublish: ({ id, type, seq }) => void published.push(`${seq}. ${type} (${id})`),
});
for await (const { callId, from, content } of run.stream('custom')) console.log(callId, from, content);
console.log((await run.ended).outcome, published);
