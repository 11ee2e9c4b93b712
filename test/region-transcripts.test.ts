import { errorData, runId } from 'tau-core';
import { test } from 'vitest';
import { bound, event, failed, ok, request } from './lab/region-lab.js';
import { RegionTranscript } from './lab/region-transcript.js';
import type { ScriptStep } from './programs/scripted.js';

const retry = { attemptsMax: 3, firstDelayMs: 100, factor: 2, delayMaxMs: 1_000 };
const open = { type: 'createSession', durable: true, context: [] } as const;

const scenarios: readonly [string, string, (lab: RegionTranscript) => void][] = [
  [
    'region-retry',
    'A call fails, is tried again, and is given up',
    (lab) => {
      lab.tell(open);
      lab.script('r1', [{ call: { id: 'a', retry } }, { call: { id: 'b' } }]);
      lab.settle('r1/a', failed(errorData('QUEUE_FULL', 'busy')), { tokens: 3 });
      lab.advance(100);
      lab.settle('r1/a', failed(errorData('GITHUB_UNREACHABLE', 'cut off')));
      lab.transcript.note('a result of the attempt before comes late');
      lab.settle('r1/a', ok, { attempt: 2 });
      lab.settle('r1/a', failed(errorData('QUEUE_FULL', 'still busy')));
      lab.settle('r1/b');
    },
  ],
  [
    'region-lost-and-deadline',
    'A provider is lost; then the run is late',
    (lab) => {
      lab.tell(open);
      lab.script('r1', [{ waitMs: 50 }, { call: { id: 'a' } }], { timeoutMs: 1_000 });
      lab.advance(49);
      lab.wake('r1');
      lab.advance(1);
      lab.wake('r1');
      lab.lose('r1/a');
      lab.advance(950);
      lab.wake('r1');
      lab.settle('r1/a', ok, { attempt: 2 });
    },
  ],
  [
    'region-question',
    'A call asks a person, twice',
    (lab) => {
      lab.tell(open);
      lab.script('r1', [{ call: { id: 'a' } }]);
      lab.settle('r1/a', { kind: 'inputRequired', question: 'which label?' });
      lab.advance(60);
      lab.answer('r1/a', 1, 'bug');
      lab.settle('r1/a', { kind: 'inputRequired', question: 'sure?' });
      lab.answer('r1/a', 1, 'yes');
      lab.answer('r1/a', 2, 'yes');
      lab.settle('r1/a');
    },
  ],
  [
    'region-pause',
    'A run is paused while one call is in flight and another one waits for its retry',
    (lab) => {
      lab.tell(open);
      lab.script('r1', [{ together: [{ id: 'a' }, { id: 'b', retry }] }, { call: { id: 'c' } }]);
      lab.pause('r1');
      lab.settle('r1/a');
      lab.settle('r1/b', failed(errorData('QUEUE_FULL', 'busy')));
      lab.resume('r1');
      lab.settle('r1/b');
      lab.settle('r1/c');
    },
  ],
  [
    'region-cancel',
    'Cancelling: gracefully, with a program that takes its time, and by killing it',
    (lab) => {
      lab.tell(open);
      lab.script('r1', [{ together: [{ id: 'a' }, { id: 'b' }] }]);
      lab.cancel('r1');
      lab.transcript.note('a program that cleans up first');
      lab.obedient('r2', {
        begin: [{ call: 'a' }],
        cancel: [{ giveUp: 'a' }, { call: 'cleanUp' }],
        'settled cleanUp': [{ finish: 'clean' }],
      });
      lab.cancel('r2');
      lab.cancel('r2');
      lab.settle('r2/cleanUp');
      lab.transcript.note('killed');
      lab.obedient('r3', { begin: [{ call: 'a' }] });
      lab.cancel('r3', true);
      lab.cancel('r3', true);
    },
  ],
  [
    'region-messages',
    'Messages to a run, in the four modes',
    (lab) => {
      lab.tell(open);
      lab.obedient('r1', { begin: [{ call: 'a' }] });
      lab.message('r1', 'append', 'first');
      lab.message('r1', 'append', 'second', 'k1');
      lab.message('r1', 'steer', 'now');
      lab.transcript.note('the same key again');
      lab.message('r1', 'append', 'second', 'k1');
      lab.message('r1', 'replace', 'instead');
      lab.settle('r1/a');
      lab.message('r1', 'steer', { orders: [{ call: 'b' }, { call: 'c' }] });
      lab.message('r1', 'interrupt', 'stop');
      lab.message('r1', 'append', { orders: [{ finish: 'bye' }] });
      lab.message('r1', 'append', 'anybody there?');
    },
  ],
  [
    'region-events',
    'Events: new ones, known ones, echoes, and starts with keys',
    (lab) => {
      const steps: readonly ScriptStep[] = [{ call: { id: 'a' } }];
      const triage = bound('scripted', { steps } as never);
      lab.publish(event('e1'), [request('r1', triage, { event: event('e1'), cause: 'e1' })]);
      lab.publish(event('e1'), [request('r2', triage)]);
      lab.publish(event('e2', { echo: true }), [request('r2', triage)]);
      lab.script('r3', steps, { startKey: 'nightly' });
      lab.script('r4', steps, { startKey: 'nightly' });
      lab.transcript.note('the clock is set back');
      lab.advance(-500);
      lab.publish(event('e3'));
    },
  ],
  [
    'region-fork-and-delete',
    'A run is forked; then the session is deleted',
    (lab) => {
      lab.tell(open);
      lab.script('r1', [{ call: { id: 'a' } }, { call: { id: 'b' } }], { timeoutMs: 5_000 });
      lab.settle('r1/a');
      lab.advance(400);
      const source = lab.run('r1');
      if (source === undefined) throw new Error('r1 is not in progress');
      lab.tell({ type: 'forkRun', runId: runId('r2'), source, startKey: 'again' });
      lab.settle('r2/b');
      lab.tell({ type: 'deleteSession' });
      lab.tell({ type: 'addContext', context: [] });
    },
  ],
  [
    'region-bugs-and-budgets',
    'What ends a run before its time: a bug of its program, and its budget',
    (lab) => {
      lab.tell(open);
      lab.tell({ type: 'startRun', request: request('r1', bound('throwing', { in: 'decide' })) });
      lab.settle('r1/a');
      lab.script('r2', [{ call: { id: 'a' } }, { call: { id: 'b' } }], { budget: { callsMax: 1 } });
      lab.settle('r2/a');
      lab.script('r3', [{ call: { id: 'a', retry } }], { budget: { tokensMax: 5 } });
      lab.settle('r3/a', failed(errorData('QUEUE_FULL', 'busy')), { tokens: 6 });
    },
  ],
  [
    'region-locks',
    'Locks: granted, waited for, replaced, taken away, and free again when their holder ends',
    (lab) => {
      lab.tell(open);
      const holds = { begin: [{ lock: 'a', key: 'deploy' }], 'lockGranted a': [{ call: 'work' }] };
      lab.obedient('r1', { ...holds, 'settled work': [{ unlock: 'a' }, { finish: 'done' }] });
      lab.obedient('r2', holds);
      lab.transcript.note('the newest claim takes the place of the one that waits');
      lab.obedient('r3', {
        begin: [{ lock: 'a', key: 'deploy', waiting: 'replace' }],
        'lockGranted a': [{ call: 'work' }],
      });
      lab.settle('r1/work');
      lab.transcript.note('one that preempts: its holder hears of it, and ends');
      lab.obedient('r4', {
        begin: [{ lock: 'a', key: 'deploy', preempt: true }],
        'lockRevoked a': [{ finish: 'too late' }],
      });
      lab.obedient('r5', { begin: [{ lock: 'a', key: 'deploy' }] });
      lab.cancel('r4', true);
    },
  ],
  [
    'region-fork-locks',
    'A fork claims its locks anew: what its source still holds, it has lost',
    (lab) => {
      lab.tell(open);
      const rules = { begin: [{ lock: 'a' }, { lock: 'b' }, { call: 'work' }] };
      lab.obedient('r1', rules);
      lab.message('r1', 'steer', { orders: [{ unlock: 'b' }] });
      const source = lab.run('r1');
      if (source === undefined) throw new Error('r1 is not in progress');
      lab.tell({ type: 'forkRun', runId: runId('r2'), source });
      lab.cancel('r1', true);
      lab.transcript.note('nobody holds it any more: the next fork keeps it');
      lab.tell({ type: 'forkRun', runId: runId('r3'), source });
    },
  ],
  [
    'region-ask',
    'A program asks a person: no provider has part in it',
    (lab) => {
      lab.tell(open);
      lab.obedient('r1', { begin: [{ ask: 'ship it?' }], 'settled ship it?': [{ finish: 'shipped' }] });
      lab.answer('r1/ship it?', 2, true);
      lab.answer('r1/ship it?', 1, true);
      lab.answer('r1/ship it?', 1, true);
    },
  ],
  [
    'region-edit-and-migrate',
    'A fork is edited before it goes on; a run is brought to another version of its definition',
    (lab) => {
      lab.tell(open);
      lab.obedient('r1', { begin: [{ call: 'a' }, { call: 'b' }] });
      const source = lab.run('r1');
      if (source === undefined) throw new Error('r1 is not in progress');
      const edit = { orders: [{ giveUp: 'a' }, { call: 'a' }, { call: 'c' }] };
      lab.tell({ type: 'forkRun', runId: runId('r2'), source, edit });
      lab.script('r3', [{ call: { id: 'a' } }]);
      const scripted = lab.run('r3');
      if (scripted !== undefined) lab.tell({ type: 'forkRun', runId: runId('r4'), source: scripted, edit });
      const next = (rules: object) => bound('obedient', rules as never);
      lab.tell({ type: 'migrateRun', runId: runId('r1'), bound: next({}), checkOnly: true });
      const better = next({ begin: [], 'settled a': [{ finish: 'better' }] });
      lab.tell({ type: 'migrateRun', runId: runId('r1'), bound: better, checkOnly: true });
      lab.tell({ type: 'migrateRun', runId: runId('r1'), bound: better, checkOnly: false });
      lab.tell({ type: 'migrateRun', runId: runId('r1'), bound: better, checkOnly: false });
      lab.settle('r1/a');
      lab.tell({ type: 'migrateRun', runId: runId('r3'), bound: better, checkOnly: false });
      lab.tell({ type: 'migrateRun', runId: runId('r3'), bound: bound('scripted', { steps: [] }), checkOnly: false });
    },
  ],
];

test.each(scenarios)('%s: %s', (name, title, play) => {
  const lab = new RegionTranscript(name, title);
  play(lab);
  lab.transcript.compare();
});
