import { errorData } from 'tau-core';
import { test } from 'vitest';
import { manifest, order, refIn } from './lab/dispatch-lab.js';
import { DispatchTranscript } from './lab/dispatch-transcript.js';

type Options = ConstructorParameters<typeof DispatchTranscript>[2];

const scenarios: readonly [string, string, Options, (lab: DispatchTranscript) => void][] = [
  [
    'dispatch-credit',
    'Work goes out against credit, and its result is acknowledged once',
    {},
    (lab) => {
      const id = lab.attach('x', { items: 1, bytes: 600 });
      const ref = refIn(lab.add('r1/a'));
      lab.add('r1/b', { priority: 9 });
      lab.add('r2/c', { priority: 1 });
      lab.result(id, ref);
      lab.transcript.note('sent again, before and after the region has answered');
      lab.result(id, ref);
      lab.settled(id, ref);
      lab.result(id, ref);
      lab.credit(id, 2, 600);
    },
  ],
  [
    'dispatch-cut',
    'A stream is cut: some work runs, one result is kept, one frame never arrived, one call was withdrawn',
    {},
    (lab) => {
      const id = lab.attach('x');
      const refs = ['r1/runs', 'r1/kept', 'r1/missing', 'r1/withdrawn'].map((work) => refIn(lab.add(work)));
      lab.tell({ type: 'cut', registrationId: id });
      lab.tell({ type: 'withdraw', workId: 'r1/withdrawn', reason: 'the run has ended' });
      lab.advance(1_000);
      const [runs, kept, , withdrawn] = refs;
      if (runs === undefined || kept === undefined || withdrawn === undefined) throw new Error('not all was sent');
      lab.hello(id, [runs, withdrawn], [kept]);
      lab.result(id, kept);
      lab.settled(id, kept);
      lab.credit(id, 10);
    },
  ],
  [
    'dispatch-restart',
    'The kernel was restarted: an extension has work that only the journal remembers',
    { recovered: false },
    (lab) => {
      const ref = { workId: 'r1/a', attempt: 1, fence: 6 * 2 ** 32 + 17 };
      lab.hello('k0.1', [ref]);
      const id = lab.register('x');
      lab.hello(id, [ref], [{ ...ref, workId: 'r0/old' }]);
      lab.tell({ type: 'recover', order: order('r1/a', { redelivered: true }) });
      lab.tell({ type: 'recover', order: order('r1/b', { redelivered: true }) });
      lab.tell({ type: 'recovered', epoch: 7 });
      lab.credit(id, 5);
      lab.result(id, ref);
      lab.settled(id, ref);
      lab.transcript.note('nobody had the other one: a lease later it is offered');
      lab.advance(3_000);
      lab.tell({ type: 'alive', registrationId: id });
      lab.advance(2_000);
    },
  ],
  [
    'dispatch-deaf',
    'An instance falls silent and is replaced; its work goes on elsewhere under a new fence',
    { limits: { leaseTtlMs: 3_000 } },
    (lab) => {
      const id = lab.attach('x');
      const ref = refIn(lab.add('r1/a'));
      lab.advance(2_000);
      const other = lab.attach('y');
      lab.advance(1_000);
      const second = refIn(lab.add('r1/a', { attempt: 2, redelivered: true }));
      lab.transcript.note('the silent one comes back');
      lab.hello(id, [ref]);
      lab.tell({ type: 'register', manifest: manifest('x') });
      lab.hello('k.3', [ref]);
      lab.result(other, second);
      lab.settled(other, second);
    },
  ],
  [
    'dispatch-replaced',
    'A process is restarted under the same name',
    {},
    (lab) => {
      const old = lab.attach('x');
      lab.add('r1/a');
      lab.attach('x', { incarnation: '2' });
      lab.add('r1/a', { attempt: 2, redelivered: true });
      lab.credit(old, 5);
      lab.hello(old);
    },
  ],
  [
    'dispatch-no-provider',
    'Nobody offers a capability; somebody is too busy; a retry comes too late',
    { limits: { providerWaitMs: 2_000 } },
    (lab) => {
      lab.add('r1/a');
      lab.add('r1/b', { deadlineMs: 500 });
      lab.advance(2_000);
      const id = lab.attach('x', { items: 1 });
      const ref = refIn(lab.add('r2/a', { deadlineMs: 3_000 }));
      lab.add('r2/b', { deadlineMs: 3_000 });
      lab.add('r2/c', { notBeforeMs: 4_000, deadlineMs: 3_000, redelivered: true });
      lab.advance(1_000);
      lab.transcript.note('the late result');
      lab.result(id, ref);
    },
  ],
  [
    'dispatch-retry',
    'A failed attempt is tried again after its delay, on whoever has credit then',
    {},
    (lab) => {
      const id = lab.attach('x');
      const ref = refIn(lab.add('r1/a'));
      lab.result(id, ref, { kind: 'failed', error: errorData('QUEUE_FULL', 'busy') });
      lab.add('r1/a', { attempt: 2, notBeforeMs: 250 });
      lab.settled(id, ref);
      lab.advance(300);
    },
  ],
  [
    'dispatch-crossing',
    'A run is resumed while the loss of its provider, and then a result, are still on their way to its region',
    {},
    (lab) => {
      const first = lab.attach('x', { items: 1 });
      lab.add('r1/a');
      lab.tell({ type: 'register', manifest: manifest('x', { incarnation: '2' }) });
      lab.attach('y', { items: 3 });
      lab.transcript.note(
        'resumed before it read of the loss: the attempt goes out again, and gives way to the next one',
      );
      lab.add('r1/a', { redelivered: true });
      const second = refIn(lab.add('r1/a', { attempt: 2, redelivered: true }));
      lab.result('k.3', second);
      lab.transcript.note('its holder is gone before the region has answered, and the run is resumed again');
      lab.attach('y', { incarnation: '2' });
      lab.add('r1/a', { attempt: 2, redelivered: true });
      lab.settled('k.3', second);
      lab.credit(first, 1);
    },
  ],
  [
    'dispatch-routing',
    'Sticky and leader routing, and what happens when an instance leaves',
    {},
    (lab) => {
      const offers = { 'stick@v1': 'sticky', 'lead@v1': 'leader' } as const;
      const first = lab.attach('x', { offers, items: 3 });
      lab.attach('y', { offers });
      const stick = { capability: 'action:stick@v1' };
      lab.add('r1/a', { ...stick, stickyKey: 'k1' });
      lab.add('r1/b', { ...stick, stickyKey: 'k2' });
      lab.add('r1/c', { ...stick, stickyKey: 'k1' });
      lab.add('r1/d', { capability: 'action:lead@v1' });
      lab.transcript.note('the first instance has no credit left');
      lab.add('r1/e', { ...stick, stickyKey: 'k1' });
      lab.add('r1/f', { capability: 'action:lead@v1' });
      lab.tell({ type: 'leaving', registrationId: first });
    },
  ],
  [
    'dispatch-hold-and-drain',
    'A run is paused, then the kernel drains',
    {},
    (lab) => {
      const id = lab.attach('x', { items: 1 });
      const ref = refIn(lab.add('r1/a'));
      lab.add('r1/b');
      lab.add('r2/a');
      lab.tell({ type: 'hold', runId: 'r1' });
      lab.tell({ type: 'drain', graceMs: 1_000 });
      lab.credit(id, 5);
      lab.result(id, ref);
      lab.settled(id, ref);
    },
  ],
];

test.each(scenarios)('%s: %s', (name, title, options, play) => {
  const lab = new DispatchTranscript(name, title, options);
  play(lab);
  lab.transcript.compare();
});
