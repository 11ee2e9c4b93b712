// Agents that ask each other by name, with mailboxes that can be full, and requests that can be too late.
// Answers: how do agents talk to each other, and what happens when one does not answer?
import { TauError } from 'tau-core';
import { openHub } from 'tau-orchestrate/local';

const hub = openHub({
  id: 'team',
  handlers: {
    planner: async ({ body }) => {
      // One agent asks another one.
      const answer = await hub.request('coder', { do: String(body) }, { from: 'planner' });
      return `planned: ${answer}`;
    },
    coder: ({ body, from }) => `${(body as { do: string }).do}, as ${from} wanted`,
    critic: () => {
      throw new Error('I do not like it');
    },
    sleeper: () => new Promise<null>(() => {}),
    dreamer: () => new Promise<null>(() => {}),
  },
  mailbox: { capacity: 1 },
});

const tell = async (what: string, answer: Promise<unknown>): Promise<void> => {
  try {
    console.log(what, '->', await answer);
  } catch (thrown) {
    console.log(what, '->', thrown instanceof TauError ? `${thrown.data.id} ${thrown.message}` : thrown);
  }
};

await tell('planner', hub.request('planner', 'build a hive'));
await tell('critic', hub.request('critic', 'what do you think?'));
await tell('nobody', hub.request('nobody', 'are you there?'));

// The sleeper handles one message, and one may wait; a third is refused.
await hub.send('sleeper', 'first');
await hub.send('sleeper', 'second');
await tell('sleeper', hub.send('sleeper', 'third'));

// Whoever asks says how long it waits; a minute by default.
await tell('dreamer', hub.request('dreamer', 'wake up', { timeoutMs: 20 }));

hub.close();
await tell('closed', hub.send('coder', 'one more thing'));
