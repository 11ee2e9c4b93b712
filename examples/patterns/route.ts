// One of several nodes, by what a classifier said.
// Answers: how do I send each request to the one who is best at it?
import { chain, defineFlow, route, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'router',
  chain({
    classify: task('model:classify'),
    handle: route(
      {
        // Looked at in this order; the first that holds is taken.
        story: { when: "input.kind == 'story'", node: task('model:story') },
        poem: { when: "input.kind == 'poem' && input.sure > 0.5", node: task('model:poem') },
      },
      // Without it, a request that fits none fails.
      { otherwise: task('tool:ask-again') },
    ),
  }),
);

const handlers: LocalHandlers = {
  'model:classify': ({ text }) => {
    const kind = /story|poem/.exec(String(text))?.[0] ?? 'unknown';
    return { kind, sure: String(text).includes('maybe') ? 0.3 : 0.9, text: String(text) };
  },
  'model:story': () => 'once upon a time',
  'model:poem': () => 'roses are red',
  'tool:ask-again': ({ text }) => `what do you mean by "${text}"?`,
};

for (const text of ['a story', 'a poem', 'maybe a poem', 'something']) {
  const run = runLocal(flow, { handlers, input: { text } });
  const taken: string[] = [];
  for await (const { update } of run.stream('updates')) {
    if (update.kind === 'started') taken.push(update.label ?? update.at);
  }
  console.log(text, '->', taken.at(-1), await run.output());
}
