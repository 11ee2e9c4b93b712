import { expect, test } from 'vitest';
import { bound, event, RegionLab, refusal, replyOf, request } from '../../../test/lab/region-lab.js';
import type { RegionInput } from './inputs.js';
import type { ContextItem } from './state.js';

const text = (name: string, body: string): ContextItem => ({ mediaType: 'text/plain', name, text: body });
const create: RegionInput = {
  type: 'createSession',
  durable: true,
  context: [text('goal', 'triage')],
  principal: { id: 'ann' },
};

test('a session is created once; the second time it is found as it is', () => {
  const lab = new RegionLab();
  expect(replyOf(lab.tell(create))).toEqual({ ok: true, seq: 1, fresh: true });
  const again = lab.tell({ ...create, context: [] });
  expect(again.types).toEqual([]);
  expect(replyOf(again)).toEqual({ ok: true, seq: 1, fresh: false });
  expect(lab.state.session).toEqual({
    durable: true,
    createdMs: 1_000,
    context: [text('goal', 'triage')],
    principal: { id: 'ann' },
    deleted: false,
  });
});

test('context is added after what is there', () => {
  const lab = new RegionLab();
  lab.tell(create);
  lab.tell({ type: 'addContext', context: [text('more', 'x')] });
  expect(lab.state.session?.context.map((item) => item.name)).toEqual(['goal', 'more']);
});

test.each([
  ['in one go', [text('a', 'x'.repeat(90))], []],
  ['in sum', [text('a', 'x'.repeat(40))], [text('b', 'y'.repeat(40))]],
  ['as base64', [{ mediaType: 'image/png', name: 'a', base64: 'x'.repeat(91) }], []],
  ['as references', [{ mediaType: 'image/png', name: 'a', uri: 'x'.repeat(91) }], []],
  ['as characters of two bytes', [text('a', 'ü'.repeat(45))], []],
  ['as characters of three bytes', [text('a', '漢'.repeat(30))], []],
  ['as characters of four bytes', [text('a', '🦉'.repeat(23))], []],
] as const)('context beyond its limit is refused, %s', (_how, first, second) => {
  const lab = new RegionLab({ contextBytesMax: 100 });
  const created = lab.tell({ type: 'createSession', durable: true, context: first });
  const refused = refusal(created) === undefined ? lab.tell({ type: 'addContext', context: second }) : created;
  expect(refusal(refused)).toBe('TAU-1007');
});

test.each(['x'.repeat(89), `x${'ü'.repeat(44)}`, `xx${'漢'.repeat(29)}`, `x${'🦉'.repeat(22)}`])(
  'context at its limit is taken: %s',
  (body) => {
    const lab = new RegionLab({ contextBytesMax: 100 });
    expect(refusal(lab.tell({ type: 'createSession', durable: true, context: [text('a', body)] }))).toBeUndefined();
  },
);

const needsSession: readonly RegionInput[] = [
  { type: 'addContext', context: [] },
  { type: 'deleteSession' },
  { type: 'startRun', request: request('r1', bound('scripted', { steps: [] })) },
];

test.each(needsSession)('$type needs a session', (input) => {
  expect(refusal(new RegionLab().tell(input))).toBe('TAU-1002');
});

test.each([...needsSession, create])('$type is refused once the session is deleted', (input) => {
  const lab = RegionLab.open();
  lab.tell({ type: 'deleteSession' });
  expect(refusal(lab.tell(input))).toBe('TAU-1004');
});

test('deleting a session ends its runs, in the order in which they began, and withdraws their calls', () => {
  const lab = RegionLab.open();
  // Enough runs, with names out of order, that the order of a map would be another one.
  const names = ['r9', 'r1', 'r5', 'r3', 'r7', 'r2', 'r8', 'r4', 'r6', 'r10', 'r0'];
  for (const name of names) lab.script(name, [{ call: { id: 'a' } }]);
  const told = lab.tell({ type: 'deleteSession' });
  expect(told.events.map(({ body }) => ('runId' in body ? body.runId : body.type))).toEqual([
    ...names,
    'session.deleted',
  ]);
  expect(told.withdrawn).toEqual(names.map((name) => `${name}/a`));
  expect(lab.outcome('r9')).toEqual({ kind: 'cancelled', reason: 'its session was deleted' });
});

test('publishing opens the session, and journals the event with the runs that it starts', () => {
  const lab = new RegionLab();
  const told = lab.publish(event('e1'), [
    request('r1', bound('scripted', { steps: [{ call: { id: 'a' } }] }), { event: event('e1') }),
  ]);
  expect(told.types).toEqual([
    'session.created',
    'event.received',
    'definition.adopted',
    'run.started',
    'run.advanced',
  ]);
  expect(replyOf(told)).toEqual({ ok: true, seq: 2, runIds: ['r1'], fresh: true });
  expect(told.orders.map((order) => order.workId)).toEqual(['r1/a']);
});

test('an event that is known changes nothing, and is answered as the first time (invariant 5)', () => {
  const lab = RegionLab.open();
  const start = request('r1', bound('scripted', { steps: [] }));
  lab.publish(event('e1'), [start]);
  lab.publish(event('e2'));
  const again = lab.publish(event('e1'), [request('r2', start.bound)]);
  expect(again.types).toEqual([]);
  expect(replyOf(again)).toEqual({ ok: true, seq: 2, runIds: ['r1'], fresh: false });
});

test('events are told apart by source and id, wherever the space between them lies', () => {
  const lab = RegionLab.open();
  lab.publish(event('c', { source: 'a b' }));
  expect(replyOf(lab.publish(event('b c', { source: 'a' })))).toMatchObject({ fresh: true });
});

test('an event is never taken for a message, nor a message for an event', () => {
  const lab = RegionLab.open();
  lab.obedient('r1', {});
  lab.publish(event('r1 k', { source: 'message' }));
  expect(replyOf(lab.message('r1', 'append', 'hello', 'k'))).toMatchObject({ fresh: true });
});

test('an echo is kept and starts nothing', () => {
  const lab = RegionLab.open();
  const told = lab.publish(event('e1', { echo: true }), [request('r1', bound('scripted', { steps: [] }))]);
  expect(told.types).toEqual(['event.received']);
  expect(replyOf(told)).toMatchObject({ runIds: [] });
});

test('an event that would start more runs than there may be is refused whole, and may come again', () => {
  const lab = RegionLab.open({ runsMax: 2 });
  const waits = bound('scripted', { steps: [{ call: { id: 'a' } }] });
  lab.publish(event('e1'), [request('r1', waits)]);
  const refused = lab.publish(event('e2'), [request('r2', waits), request('r3', waits)]);
  expect(refusal(refused)).toBe('TAU-1007');
  expect(replyOf(refused)).toMatchObject({ error: { retryable: true } });
  expect(refusal(lab.publish(event('e3')))).toBeUndefined();
  lab.settle('r1/a');
  expect(replyOf(lab.publish(event('e2'), [request('r2', waits), request('r3', waits)]))).toMatchObject({
    ok: true,
    fresh: true,
  });
});
