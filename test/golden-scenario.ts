import { callId, errorData, regionId, runId } from 'tau-core';
import type { RegionEvent, RegionEventBody } from '../src/machines/region/events.js';
import { bound, event, failed, ok, RegionLab, request } from './lab/region-lab.js';

const retry = { attemptsMax: 2, firstDelayMs: 100, factor: 2, delayMaxMs: 1_000 };

/** Every type of event that there is. The compiler asks for a new one here; `golden.test.ts` then for a new file. */
export const EVENT_TYPES: { readonly [Type in RegionEventBody['type']]: true } = {
  'session.created': true,
  'context.added': true,
  'session.deleted': true,
  'definition.put': true,
  'definition.removed': true,
  'definition.adopted': true,
  'event.received': true,
  'run.started': true,
  'run.forked': true,
  'run.migrated': true,
  'run.advanced': true,
  'run.cancelling': true,
  'run.paused': true,
  'run.resumed': true,
  'run.message.queued': true,
  'call.retrying': true,
  'call.lost': true,
  'call.asked': true,
  'call.answered': true,
  'run.ended': true,
};

export interface GoldenRegion {
  readonly region: string;
  readonly events: readonly RegionEvent[];
}

/**
 * What the committed journals of every format hold (`fixtures/journal-v<n>.jsonl`): a region with work in all of its
 * phases, one whose session was deleted, and the catalogue. A new format gets a file of its own; the files that are
 * there never change, and the test programs whose events they hold read them for ever.
 */
export function goldenRegions(): GoldenRegion[] {
  const regions: readonly [string, (lab: RegionLab) => void][] = [
    ['github/octo/shop', busyRegion],
    ['orchestrated', orchestratedRegion],
    ['deleted', deletedRegion],
    ['tau/definitions', catalogueRegion],
  ];
  return regions.map(([region, play]) => {
    const lab = new RegionLab();
    lab.state = lab.machine.initial(regionId(region));
    play(lab);
    return { region, events: lab.events };
  });
}

function busyRegion(lab: RegionLab): void {
  lab.tell({
    type: 'createSession',
    durable: true,
    context: [{ mediaType: 'text/plain', name: 'goal', text: 'Grüße, 世界 🌍' }],
    principal: { id: 'ann', attributes: { team: 'shop' } },
    forkedFrom: 'template',
  });
  lab.tell({
    type: 'addContext',
    context: [
      { mediaType: 'image/png', name: 'logo', base64: 'iVBORw0KGgo=' },
      { mediaType: 'text/html', name: 'page', uri: 'https://example.org/' },
    ],
  });
  const opened = event('e1', {
    subject: 'issues/12',
    time: '2026-01-01T00:00:00Z',
    data: '{"action":"opened"}',
    traceparent: '00-0af7-b7ad-01',
  });
  const triage = bound('scripted', {
    steps: [
      { call: { id: 'label', retry, input: { issue: 12, labels: ['bug'] } } },
      { call: { id: 'comment', stickyKey: 'issues/12' } },
    ],
  });
  lab.publish(opened, [request('r1', triage, { event: opened, cause: 'e1', traceparent: '00-0af7-b7ad-01' })]);
  lab.publish(event('e2', { echo: true }));
  lab.advance(20);
  lab.settle('r1/label', failed(errorData('GITHUB_RATE_LIMITED', 'slow down', { retryAfterMs: 500 })), { tokens: 3 });
  lab.settle('r1/label', failed(errorData('GITHUB_UNREACHABLE', 'cut off', { details: { host: 'github.com' } })), {
    tokens: 4,
  });
  lab.lose('r1/comment');
  lab.settle('r1/comment', { kind: 'inputRequired', question: 'Really?', answerSchema: { type: 'boolean' } });
  lab.answer('r1/comment', 2, true);

  lab.script('r2', [{ together: [{ id: 'a', timeoutMs: 5_000 }, { id: 'b' }] }, { waitMs: 1_000 }], {
    startKey: 'nightly',
    budget: { callsMax: 5, tokensMax: 1_000, costMicrosMax: 50_000 },
    priority: 1,
    fairnessKey: 'team',
    principal: { id: 'bob' },
    timeoutMs: 60_000,
    input: { depth: 2 },
  });
  lab.settle('r2/a', { kind: 'inputRequired', question: 'Which one?' });
  const source = lab.run('r2');
  if (source !== undefined) lab.tell({ type: 'forkRun', runId: runId('r3'), source, startKey: 'fork of r2' });
  lab.pause('r2');
  lab.pause('r3');
  lab.resume('r3');

  lab.advance(-50);
  lab.obedient('r4', {
    begin: [{ call: 'a' }],
    cancel: [{ wakeInMs: 500 }],
    'settled b': [{ finish: { done: true } }],
  });
  lab.message('r4', 'append', 'first');
  lab.message('r4', 'append', { orders: [{ call: 'b' }] }, 'm1');
  lab.message('r4', 'steer', 'now', 'm2');
  lab.message('r4', 'replace', { orders: [{ call: 'b' }, { call: 'c' }, { giveUp: 'a' }] }, 'm3');
  lab.settle('r4/a', ok, { tokens: 5 });
  lab.message('r4', 'append', 'waits');
  lab.cancel('r4');
  lab.script('r5', [{ finish: { kind: 'failed', error: errorData('STEP_FAILED', 'no') } }]);
  lab.script('r6', [{ call: { id: 'a' } }]);
  lab.cancel('r6', true);
}

/** Locks in all their states, questions of programs, calls with policies and secrets, children, edits, migrations. */
function orchestratedRegion(lab: RegionLab): void {
  const vars = { mediaType: 'application/json', name: 'vars', text: '{"stage":"test"}' };
  lab.tell({ type: 'createSession', durable: true, context: [vars] });
  lab.obedient(
    'r1',
    {
      begin: [
        { lock: 'deploy', waiting: 'replace' },
        { lock: 'pool', slots: 2, priority: 1, fairnessKey: 'team' },
        { ask: 'ship it?' },
        {
          call: 'upload',
          input: { token: '***' },
          policy: {
            rate: { key: 'api', max: 10, perMs: 1_000 },
            bulkhead: { key: 'db', max: 2, waitingMax: 5 },
            breaker: { key: 'api', failuresMax: 3, openMs: 30_000 },
          },
          secrets: { '/token': ['Bearer ', { secret: 'TOKEN' }] },
          grants: { issues: 'write', contents: 'none' },
        },
      ],
      'settled ship it?': [{ unlock: 'pool' }, { ask: 'sure?' }],
    },
    { parent: { regionId: regionId('other'), runId: runId('r0'), callId: callId('c'), attempt: 2, waits: true } },
  );
  lab.obedient('r2', { begin: [{ lock: 'deploy' }, { lock: 'pool', slots: 2 }] });
  lab.obedient('r3', {
    begin: [
      { lock: 'deploy', waiting: 'replace' },
      { lock: 'pool', slots: 2 },
    ],
  });
  lab.advance(10);
  lab.answer('r1/ship it?', 1, { yes: true });
  const source = lab.run('r1');
  const edit = { orders: [{ giveUp: 'upload' }, { wakeInMs: 900 }] };
  if (source !== undefined) lab.tell({ type: 'forkRun', runId: runId('r4'), source, edit });
  lab.obedient('r5', { begin: [{ lock: 'pool', preempt: true }] });
  const better = bound('obedient', { begin: [], 'settled sure?': [{ finish: 'shipped' }], 'settled ship it?': [] });
  lab.tell({ type: 'migrateRun', runId: runId('r1'), bound: better, checkOnly: false });
  lab.obedient(
    'r6',
    { begin: [{ finish: 'a child' }] },
    {
      parent: { regionId: regionId('orchestrated'), runId: runId('r1'), callId: callId('d'), attempt: 1, waits: false },
    },
  );
  // Handed on for ever: news of locks is in the state when the decision has told as much as it may.
  lab.obedient('r7', { begin: [{ lock: 'x' }], 'lockGranted x': [{ unlock: 'x' }, { lock: 'x' }] });
}

function deletedRegion(lab: RegionLab): void {
  lab.tell({ type: 'createSession', durable: false, context: [] });
  lab.script('r7', [{ call: { id: 'a' } }]);
  lab.tell({ type: 'deleteSession' });
}

function catalogueRegion(lab: RegionLab): void {
  const definition = bound('scripted', { steps: [] });
  lab.tell({ type: 'putDefinition', bound: { ...definition, name: '.tau/workflows/triage.yml' } });
  lab.tell({ type: 'putDefinition', bound: { ...definition, name: '.tau/workflows/old.yml' } });
  lab.tell({ type: 'removeDefinition', name: '.tau/workflows/old.yml' });
}
