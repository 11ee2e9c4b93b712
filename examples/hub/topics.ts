// Publications by topic: whoever subscribes gets them, by patterns of topics and conditions over attributes.
// Answers: how do I tell many agents of something without knowing who they are?
import { openHub } from 'tau-orchestrate/local';

const told: string[] = [];
const listens =
  (name: string) =>
  ({ topic, body, from }: { topic?: string; body: unknown; from: string }) => {
    told.push(`${name} heard of ${topic ?? 'all'} by ${from}: ${JSON.stringify(body)}`);
    return null;
  };

const hub = openHub({
  handlers: { builder: listens('builder'), tester: listens('tester'), boss: listens('boss') },
});

hub.subscribe('builder', 'code.*');
hub.subscribe('tester', 'code.**', { where: { attribute: 'lines', is: 'above', value: 10 } });
const unsubscribe = hub.subscribe('boss', '**');

console.log(await hub.publish('code.changed', { file: 'a.ts' }, { from: 'git', attributes: { lines: 3 } }));
console.log(await hub.publish('code.changed.much', { file: 'b.ts' }, { from: 'git', attributes: { lines: 300 } }));
unsubscribe();
console.log(await hub.publish('weather.changed', 'rain'));
console.log(await hub.broadcast('lunch', { from: 'boss' }));

// Receipts say that messages are in mailboxes; a request behind them is answered when they have been handled.
await Promise.all(['builder', 'tester', 'boss'].map((name) => hub.request(name, 'ready?', { from: 'local' })));
for (const line of told.toSorted()) console.log(line);
hub.close();
