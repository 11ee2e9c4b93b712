import type { JsonObject } from 'tau-core';
import type { RunWatchItem } from 'tau-core/client';
import { expect, test } from 'vitest';
import { coloursFor } from './colours.js';
import { timeOfDay } from './time.js';
import { Timeline } from './timeline.js';

const START_MS = 1_767_225_600_000;

/** Events of a run, `type` and data, each 40 ms after the one before it, as the timeline shows them without the times. */
function shown(...events: readonly (readonly [string, JsonObject])[]): string[] {
  const timeline = new Timeline(coloursFor(false, {}));
  return events.flatMap(([type, data], index) => {
    const timeMs = START_MS + index * 40;
    const event = { seq: index + 11, prevSeq: 0, runId: 'r1', type, timeMs, hlc: '', data };
    return timeline.lines({ kind: 'event', event }).map((line) => line.replace(`  ${timeOfDay(timeMs)}`, ''));
  });
}

const error = { id: 'TAU-5001', code: 'unavailable', message: 'no answer\nfrom GitHub' };

test('a workflow run from its start to its end', () => {
  const lines = shown(
    [
      'run.started',
      {
        definition: { name: '.tau/workflows/triage.yml' },
        begin: { event: { type: 'github.issues.opened', subject: 'issues/12' } },
      },
    ],
    [
      'run.advanced',
      {
        input: { type: 'begin' },
        events: [
          { type: 'JobStarted', job: 'triage' },
          { type: 'StepStarted', job: 'triage', step: 'label' },
        ],
        calls: [{ callId: 'triage.label', capability: 'action:github/add-labels@v1' }],
      },
    ],
    ['call.retrying', { callId: 'triage.label', error }],
    [
      'run.advanced',
      {
        input: { type: 'callSettled', callId: 'triage.label', outcome: { kind: 'ok', output: {} } },
        events: [
          { type: 'StepCompleted', job: 'triage', step: 'label', outcome: 'success' },
          { type: 'StepSkipped', job: 'triage', step: '1' },
          { type: 'JobCompleted', job: 'triage', result: 'success' },
          { type: 'JobSkipped', job: 'other' },
        ],
        calls: [],
      },
    ],
    ['run.ended', { outcome: { kind: 'ok' } }],
  );
  expect(lines).toEqual([
    '    11  run started  .tau/workflows/triage.yml  by github.issues.opened issues/12',
    '    12  job triage started',
    '          → triage.label action:github/add-labels@v1',
    '    13    ↻ triage.label action:github/add-labels@v1 is tried again: TAU-5001: no answer from GitHub',
    '    14    ✓ triage.label action:github/add-labels@v1  80 ms',
    '          triage.1 skipped',
    '        job triage ended: success',
    '        job other skipped',
    '    15  ✓ run ended after 160 ms',
  ]);
});

test('failures say why, once', () => {
  const lines = shown(
    [
      'run.advanced',
      {
        input: { type: 'callSettled', callId: 'a.0', outcome: { kind: 'failed', error } },
        events: [
          { type: 'StepCompleted', job: 'a', step: '0', error },
          { type: 'StepCompleted', job: 'b', step: '0', error },
          { type: 'JobStopRequested', job: 'c', error },
        ],
        calls: [],
      },
    ],
    ['run.ended', { outcome: { kind: 'failed', error } }],
    ['run.ended', { outcome: { kind: 'unknown', error } }],
    ['run.ended', { outcome: { kind: 'cancelled', reason: 'enough' } }],
  );
  expect(lines).toEqual([
    '    11    ✗ a.0  TAU-5001: no answer from GitHub',
    '          ✗ b.0  TAU-5001: no answer from GitHub',
    '        job c is told to stop  TAU-5001: no answer from GitHub',
    '    12  ✗ run ended  TAU-5001: no answer from GitHub',
    '    13  ? run ended  outcome unknown: TAU-5001: no answer from GitHub',
    '    14  ■ run ended  cancelled: enough',
  ]);
});

test('what interrupts a run', () => {
  expect(
    shown(
      ['run.cancelling', { reason: 'enough' }],
      ['run.paused', {}],
      ['call.lost', { callId: 'a.0' }],
      ['call.asked', { callId: 'a.0', question: { text: 'merge it?' } }],
      ['run.advanced', { input: { type: 'deadline' }, events: [], calls: [] }],
    ),
  ).toEqual([
    '    11  run is being cancelled: enough',
    '    12  run paused',
    '    13    ↻ a.0 lost its provider and is tried again',
    '    14    ? a.0 asks: merge it?',
    '    15  a deadline has passed',
  ]);
});

test('events of another version are shown with less, and break nothing', () => {
  expect(
    shown(
      ['run.teleported', { to: 'elsewhere' }],
      ['run.advanced', {}],
      ['run.advanced', { events: [{ type: 'CardMoved', card: 'c1' }, 7, null], calls: 'none' }],
      ['run.ended', { outcome: 3 }],
      ['run.started', { begin: null }],
    ),
  ).toEqual([
    '    11  run teleported',
    '    12  run advanced',
    '    13  CardMoved {"type":"CardMoved","card":"c1"}',
    '    14  · run ended',
    '    15  run started',
  ]);
});

test('gaps and progress', () => {
  const timeline = new Timeline(coloursFor(false, {}));
  const progress: RunWatchItem = {
    kind: 'progress',
    progress: { callId: 'a.0', content: { mediaType: 'text/plain', text: 'half\n way ' }, timeMs: START_MS },
  };
  expect(timeline.lines({ kind: 'gap', fromSeq: 3, toSeq: 9 })).toEqual(['        events 3 to 9 are lost']);
  expect(timeline.lines(progress)).toEqual([`        ${timeOfDay(START_MS)}    a.0: half way`]);
});

test('a flow that asks, and a person who answers', () => {
  const ask = { callId: 'send@2:before', capability: 'human:ask@v1' };
  const lines = shown(
    [
      'run.advanced',
      {
        input: { type: 'begin' },
        events: [
          { type: 'NodeStarted', at: '' },
          { type: 'GraphStarted', at: '', values: {} },
          { type: 'NodeStarted', at: 'write' },
          { type: 'NodeStarted', at: 'team' },
        ],
        calls: [{ callId: 'write', capability: 'model:write' }],
      },
    ],
    [
      'run.advanced',
      {
        input: { type: 'callSettled', callId: 'write', outcome: { kind: 'ok', output: 1 } },
        events: [
          { type: 'NodeEnded', at: 'write', output: 1 },
          { type: 'NodeEnded', at: 'team' },
          { type: 'Stepped', at: '', due: ['send', { node: 'score', items: [1, 2] }] },
          { type: 'Asked', at: 'send@2' },
        ],
        calls: [{ ...ask, input: { question: 'Send it?', actions: ['approve', 'reject'] } }],
      },
    ],
    [
      'run.advanced',
      {
        input: { type: 'callSettled', callId: 'send@2:before', outcome: { kind: 'ok', output: { action: 'reject' } } },
        events: [
          { type: 'NodeFailed', at: 'send@2', error },
          { type: 'NodeCancelled', at: 'score[1]@2' },
        ],
        calls: [],
      },
    ],
    [
      'run.advanced',
      { input: { type: 'edit' }, events: [{ type: 'StateEdited', at: '', values: { a: 1 }, goto: ['b'] }] },
    ],
    ['run.advanced', { input: { type: 'edit' }, events: [{ type: 'EditRefused', reason: 'no such key' }] }],
    ['run.advanced', { input: { type: 'message', content: 7 }, events: [{ type: 'MessageKept', content: 7 }] }],
    [
      'run.advanced',
      {
        input: { type: 'message', content: 'go' },
        events: [
          { type: 'NodeEnded', at: 'first', output: 'go' },
          { type: 'MessageTaken', index: 0 },
          { type: 'NodeEnded', at: 'then', output: 7 },
        ],
      },
    ],
  );
  expect(lines).toEqual([
    '    11    team started',
    '          → write model:write',
    '    12    ✓ write model:write  40 ms',
    '          ✓ team',
    '          next send, score × 2',
    '          ? send@2:before asks: Send it?  approve, reject',
    '    13    ✓ send@2:before human:ask@v1  40 ms',
    '          ✗ send@2  TAU-5001: no answer from GitHub',
    '          ■ score[1]@2 cancelled',
    '    14  the flow was edited: values a; next b',
    '    15  the edit was refused: no such key',
    '    16  it was sent 7',
    '          it is kept: no node waits for it yet',
    '    17  it was sent "go"',
    '          ✓ first',
    '          a message that was kept is taken',
    '          ✓ then',
  ]);
});

test('a hub', () => {
  const message = { uid: 1, id: 's1', kind: 'send', from: 'me', body: 'hi' };
  const lines = shown(
    [
      'run.advanced',
      { input: { type: 'begin' }, events: [{ type: 'Joined', recipient: { kind: 'agent', name: 'echo', queue: [] } }] },
    ],
    [
      'run.advanced',
      {
        input: { type: 'message', content: { op: 'send' } },
        events: [
          { type: 'Posted', uid: 1, seen: '["team","me","s1"]' },
          { type: 'Placed', place: 'agent/echo', message },
          { type: 'Delivered', place: 'agent/echo', uid: 1, deliveryId: 'd1' },
          { type: 'DeliveryCalled', callId: 'd1', kind: 'agent' },
        ],
        calls: [{ callId: 'd1', capability: 'action:local/echo@v1' }],
      },
    ],
    [
      'run.advanced',
      {
        input: { type: 'callSettled', callId: 'd1', outcome: { kind: 'ok' } },
        events: [
          { type: 'DeliveryCallEnded', callId: 'd1' },
          { type: 'Settled', place: 'agent/echo', deliveryId: 'd1', outcome: 'ok' },
        ],
        calls: [],
      },
    ],
    [
      'run.advanced',
      {
        events: [
          { type: 'Repeated', seen: 's1' },
          { type: 'Blocked', place: 'agent/echo', message },
          { type: 'Dropped', place: 'agent/echo', uid: 1 },
          {
            type: 'Spread',
            message: { ...message, kind: 'publish' },
            placed: ['agent/a', 'agent/b'],
            blocked: ['agent/c'],
          },
          { type: 'Spread', message: { ...message, kind: 'publish' }, placed: [], blocked: [] },
          { type: 'Subscribed', place: 'agent/a', subscription: {} },
          { type: 'Unsubscribed', place: 'agent/a', subscription: 'x' },
          { type: 'Left', place: 'agent/echo' },
          { type: 'Refused', error },
          { type: 'Ending', reason: 'done', cancelled: false },
        ],
        calls: [],
      },
    ],
  );
  expect(lines).toEqual([
    '    11  agent echo joined',
    '    12  it was sent {"op":"send"}',
    '          send s1 from me → agent/echo',
    '          → d1 action:local/echo@v1',
    '    13    ✓ d1 action:local/echo@v1  40 ms',
    '    14    it has come before',
    '          agent/echo is full: send s1 from me waits for room',
    '          agent/echo is full: a message is dropped',
    '          publish s1 from me → agent/a, agent/b; 1 have no room for it yet',
    '          publish s1 from me → nobody',
    '          agent/a subscribed',
    '          agent/a unsubscribed',
    '        agent/echo left',
    '        ✗ it was refused  TAU-5001: no answer from GitHub',
    '        it ends: done',
  ]);
});

test('what else a run is told', () => {
  expect(
    shown(
      ['run.forked', { run: { forkedFrom: 'r0' } }],
      ['run.migrated', { definition: { name: 'a.yml', version: 'f00' } }],
      [
        'run.advanced',
        { input: { type: 'message', content: { op: 'pause' } }, events: [{ type: 'Paused', reason: 'x' }] },
      ],
      ['run.advanced', { input: { type: 'lockGranted', lockId: 'a:lock' }, events: [] }],
      ['run.advanced', { input: { type: 'lockRevoked', lockId: 'a:lock', reason: 'taken' }, events: [] }],
      ['call.answered', { callId: 'a.0', answer: 'yes' }],
    ),
  ).toEqual([
    '    11  run forked from r0',
    '    12  run migrated to a.yml f00',
    '    13  it was sent {"op":"pause"}',
    '        it is paused: x',
    '    14    it holds a:lock',
    '    15    it lost a:lock: taken',
    '    16    a.0 was answered: "yes"',
  ]);
});
