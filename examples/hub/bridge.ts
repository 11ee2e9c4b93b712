// Two hubs, each with agents of its own, and a bridge each way that lets through what its rules name.
// Answers: how do teams of agents reach each other without knowing everything of each other?
import { TauError } from 'tau-core';
import { openHub } from 'tau-orchestrate/local';

const berlin = openHub({
  id: 'berlin',
  handlers: { 'berlin.desk': ({ body, from, origin }) => `berlin got ${JSON.stringify(body)} by ${from} of ${origin}` },
});
const paris = openHub({
  id: 'paris',
  handlers: {
    'paris.desk': ({ body, from, origin }) => `paris got ${JSON.stringify(body)} by ${from} of ${origin}`,
    'paris.vault': () => 'gold',
  },
});

// From berlin to paris: what is for its desk, and alarms. Nothing else, so nobody in berlin reaches the vault.
berlin.bridge(paris, [{ to: 'paris.desk' }, { topic: 'alarm.**' }]);
const unbridge = paris.bridge(berlin, [{ to: 'berlin.*' }]);
paris.subscribe('paris.desk', 'alarm.fire');

console.log(await berlin.request('paris.desk', 'hello', { from: 'anna' }));
console.log(await paris.request('berlin.desk', 'bonjour', { from: 'chloe' }));
console.log(await berlin.publish('alarm.fire', 'in the kitchen'));

unbridge();
for (const asked of [() => berlin.request('paris.vault', 'open'), () => paris.request('berlin.desk', 'still there?')]) {
  try {
    console.log(await asked());
  } catch (thrown) {
    console.log(thrown instanceof TauError ? `${thrown.data.id} ${thrown.message}` : thrown);
  }
}

berlin.close();
paris.close();
