import { type ErrorData, type Json, type JsonObject, TauError } from 'tau-core';
import { describe, expect, test } from 'vitest';
import {
  chain,
  defineFlow,
  graph,
  mapOver,
  pass,
  race,
  receive,
  replace,
  saga,
  task,
} from '../src/flow/builder/index.js';
import type { FlowDefinition, FlowNode, GraphNode } from '../src/flow/definition.js';
import { flowProgram } from '../src/flow/program.js';
import { validateFlow } from '../src/flow/validate.js';
import { memoryStore, openRuns, runLocal } from '../src/runner/index.js';
import { FlowDrive } from './support/flow-drive.js';

const flowOf = (root: FlowNode): FlowDefinition => ({ format: 1, name: 'test', root });

function run(root: FlowNode, input: JsonObject = {}): FlowDrive {
  expect(validateFlow(flowOf(root))).toEqual([]);
  return new FlowDrive(flowOf(root), input).begin();
}

const send = (drive: FlowDrive, ...messages: readonly Json[]): FlowDrive => {
  for (const content of messages) drive.take({ type: 'message', content });
  return drive;
};

const refusal = ({ definition, state }: FlowDrive, message: Json): ErrorData | undefined =>
  flowProgram.refusesMessage?.(definition, state, message);

describe('a message', () => {
  test('is the output of the node that waits for it', () => {
    expect(send(run(receive()), { n: 1 }).outcome).toEqual({ kind: 'ok', output: { n: 1 } });
    expect(send(run(receive()), null).outcome).toEqual({ kind: 'ok', output: null });
  });

  test('goes to one node, the first in the order of the tree', () => {
    const drive = send(
      run(mapOver(receive({ when: 'message != item' }), { over: 'input.l' }), { l: [1, 2, 3] }),
      1,
      1,
      1,
    );
    expect(drive.outcome).toBeUndefined();
    expect(send(drive, 2).outcome).toEqual({ kind: 'ok', output: [2, 1, 1] });
  });

  test('that came early is taken by the next node that wants it, the oldest first', () => {
    const flow = chain({ work: task('tool:a'), b: receive({ when: "message == 'b'" }), any: receive() });
    const drive = send(run(flow), 'c', 'b', 'd').ok('work', null);
    expect(drive.outcome).toEqual({ kind: 'ok', output: 'c' });
    expect(drive.state.inbox).toEqual(['d']);
  });

  test('does not count while a person is asked whether to wait, and what was taken may still be refused', () => {
    const drive = run(receive({ interrupt: { before: { question: 'Wait?' } } }));
    expect(send(drive, 'x').state.inbox).toEqual(['x']);
    expect(drive.ok('$root:before', { action: 'approve' }).outcome).toEqual({ kind: 'ok', output: 'x' });
  });

  test('over which a condition cannot be evaluated is not for that node', () => {
    const drive = send(run(receive({ when: 'fromJSON(message).ok' })), '{', { not: 'text' });
    expect(drive.outcome).toBeUndefined();
    expect(send(drive, '{"ok":true}').outcome).toEqual({ kind: 'ok', output: '{"ok":true}' });
  });

  test('is waited for no longer than a node may take, or than what it is in', () => {
    expect(run(receive({ timeoutMs: 5 })).advance(5).outcome).toMatchObject({ error: { id: 'TAU-3002' } });
    const won = run(race({ word: receive(), call: task('tool:a') })).ok('call', 1);
    expect(won.outcome).toEqual({ kind: 'ok', output: { winner: 'call', output: 1 } });
    const cancelled = run(receive());
    cancelled.cancel();
    expect(cancelled.outcome).toMatchObject({ kind: 'cancelled' });
  });

  test('may be what undoing waits for', () => {
    const flow = saga({ a: { node: task('tool:a'), undo: receive() }, b: task('tool:b') });
    const drive = run(flow).ok('a', 1).settle('b', { kind: 'cancelled', reason: 'gone' });
    expect(drive.outcome).toBeUndefined();
    expect(send(drive, 'undone').outcome).toMatchObject({ kind: 'failed' });
  });

  test('outlives a migration, and may be waited for by a node that is new', () => {
    const before = flowOf(chain({ a: task('tool:a'), r: receive({ when: 'false' }) }));
    const after = flowOf(chain({ a: task('tool:a'), r: receive() }));
    const { state } = send(new FlowDrive(before).begin(), 'kept');
    const migrated = flowProgram.migrate?.(before, after, state);
    expect(migrated).toMatchObject({ ok: true, state: { inbox: ['kept'] } });
  });
});

describe('messages that are refused', () => {
  test('by flows without a node that takes any', () => {
    const drive = run(task('tool:a'));
    expect(refusal(drive, 'x')).toMatchObject({ id: 'TAU-4007' });
    expect(send(drive, 'x').state.inbox).toBeUndefined();
  });

  test('by runs that have not begun, or have ended', () => {
    const drive = new FlowDrive(flowOf(receive()));
    expect(refusal(drive, 'x')).toMatchObject({ id: 'TAU-1004' });
    expect(drive.take({ type: 'message', content: 'x' }).events).toEqual([]);
    expect(refusal(send(drive.begin(), 'x'), 'y')).toMatchObject({ id: 'TAU-1004' });
  });

  test('are those that no node waits for once 1,000 are kept, or 8 Mi characters; who is waited for gets through', () => {
    const flow = chain({ one: receive({ when: "message == 'one'" }), two: receive() });
    const full = send(run(flow), ...Array.from({ length: 1_000 }, (_, n) => n));
    expect(refusal(full, 'more')).toMatchObject({ id: 'TAU-4014' });
    expect(refusal(full, 'one')).toBeUndefined();
    expect(send(full, 'more').view()).toMatchObject({ messages: 1_000, messagesRefused: 1 });
    const large = send(run(flow), 'x'.repeat(8_000_000));
    expect(refusal(large, 'x'.repeat(400_000))).toMatchObject({ id: 'TAU-4014' });
    expect(refusal(large, 'x'.repeat(9_000_000))).toMatchObject({ id: 'TAU-1007' });
    expect(refusal(large, 'short')).toBeUndefined();
  });

  test('are those that are too large or too deep for a value, also where a node waits: whoever sends fails, and not the run', () => {
    const deep = Array.from({ length: 129 }).reduce<Json>((inner) => [inner], 1);
    for (const message of ['x'.repeat(9_000_000), deep]) {
      const drive = run(receive());
      expect(refusal(drive, message)).toMatchObject({
        id: 'TAU-1007',
        message: expect.stringMatching(/^the message /),
      });
      expect(send(drive, message).view()).toMatchObject({ status: 'running', messagesRefused: 1 });
      expect(send(drive, 'short').outcome).toEqual({ kind: 'ok', output: 'short' });
    }
  });
});

describe('messages that are kept', () => {
  test('are not taken by nodes of a race that is won, nor by what a failure is about to end', () => {
    const won = chain({
      work: task('tool:a'),
      first: race({ a: receive(), b: chain({ c: receive() }) }),
      last: receive({ when: "message == 'second'" }),
    });
    expect(send(run(won), 'first', 'second').ok('work').outcome).toEqual({ kind: 'ok', output: 'second' });

    const fails = receive({ writes: { n: '${{ fromJSON(output) }}' }, when: "message == 'no number'" });
    const both = graph({
      state: { n: replace() },
      nodes: { fails, other: receive() },
      edges: [],
      entry: ['fails', 'other'],
    });
    const flow = chain({ work: task('tool:a'), try: saga({ both: both }), never: receive() });
    const drive = send(run(flow), 'no number', 'for another time').ok('work');
    expect(drive.outcome).toMatchObject({ kind: 'failed' });
    expect(drive.state.inbox).toEqual(['for another time']);
  });

  test('are taken by undoing in a race that is won', () => {
    const booked = saga({ book: { node: task('tool:book'), undo: receive() }, pay: task('tool:pay') });
    const drive = run(race({ booked, quick: task('tool:quick') })).ok('booked.book');
    expect(send(drive, 'returned').ok('quick', 7).outcome).toEqual({
      kind: 'ok',
      output: { winner: 'quick', output: 7 },
    });
    expect(drive.state.inbox).toBeUndefined();
  });

  test('are taken by nodes that wait for them once values were edited', () => {
    const waits = (name: string) => receive({ when: `message.n == state.n && message.to == '${name}'` });
    const flow = graph({
      state: { n: replace<number>(1) },
      nodes: {
        a: race({ x: waits('a'), y: waits('a') }, { writes: {} }),
        b: { ...waits('b'), writes: {} },
        c: task('tool:c', { writes: {} }),
      },
      edges: [],
      entry: ['a', 'b', 'c'],
    });
    const kept = ['a', 'a', 'b', 'nobody'].map((to) => ({ n: 2, to }));
    const drive = send(run(flow), ...kept).edit({ values: { n: 2 } });
    expect(drive.view()).toMatchObject({ open: [{ at: '' }, { at: 'c' }], messages: 2 });
  });

  test('are taken by nodes that wait for them once the definition has become another one', () => {
    const flow = (when: string) => flowOf(chain({ a: receive({ when }), b: receive({ when: 'message.n == 2' }) }));
    const before = send(run(flow('message.x == 1').root), { n: 1 }, { n: 2 });
    const to = flow('message.n == 1');
    const migrated = flowProgram.migrate?.(before.definition, to, before.state);
    const drive = new FlowDrive(to);
    if (migrated?.ok === true) drive.state = migrated.state;
    // A message that comes before time is told is behind those that were kept.
    const other = new FlowDrive(to);
    other.state = drive.state;
    expect(send(other, { n: 1, late: true }).outcome).toEqual({ kind: 'ok', output: { n: 2 } });
    expect(other.state.inbox).toEqual([{ n: 1, late: true }]);
    expect(drive.nextDeadline).toBe(0);
    expect(drive.advance(0).outcome).toEqual({ kind: 'ok', output: { n: 2 } });
    expect(drive.state).not.toHaveProperty('inboxUnread');
  });

  test('stay in a run whose definition has no node any more that takes them', () => {
    const before = flowOf(chain({ a: task('tool:a'), r: receive() }));
    const { state } = send(new FlowDrive(before).begin(), 'kept');
    const deaf = flowOf(chain({ a: task('tool:a'), r: pass() }));
    const there = flowProgram.migrate?.(before, deaf, state);
    expect(there).toEqual({ ok: true, state });
    const drive = new FlowDrive(deaf);
    if (there?.ok === true) drive.state = there.state;
    expect(refusal(drive, 'more')).toMatchObject({ id: 'TAU-4007' });
    expect(drive.view()).toMatchObject({ messages: 1 });
    expect(flowProgram.migrate?.(deaf, before, state)).toMatchObject({ ok: true, state: { inbox: ['kept'] } });
  });
});

describe('whoever looks at a run', () => {
  test('sees which messages it waits for', () => {
    const flow = chain({ a: receive({ when: "message.kind == 'paid'", lock: { key: 'k' } }), b: receive() });
    const drive = run(flow);
    const seen = (): Json => (drive.view()['open'] as Json[]).at(-1) ?? null;
    expect(seen()).toEqual({ at: 'a', label: 'a', kind: 'receive', phase: 'lock' });
    drive.grant('a:lock');
    expect(seen()).toEqual({ at: 'a', label: 'a', kind: 'receive', when: "message.kind == 'paid'" });
    send(drive, { kind: 'paid' });
    expect(seen()).toEqual({ at: 'b', label: 'b', kind: 'receive' });
  });
});

describe('definitions', () => {
  const findings = (root: FlowNode): readonly string[] =>
    validateFlow(flowOf(root)).map(({ place, message }) => `${place}: ${message}`);

  test('see messages in "when" of the node that waits, and nowhere else', () => {
    expect(findings(pass({ input: '${{ message }}' }))).toEqual([
      expect.stringContaining('it is in "when" of a node of kind "receive"'),
    ]);
    expect(findings({ kind: 'receive', when: '' })).toHaveLength(1);
    expect(findings({ kind: 'receive', when: 'message.x', until: 'x' } as FlowNode)).toHaveLength(1);
  });

  test('keep secrets out of messages: only tasks and asks write them', () => {
    const graph = (node: FlowNode): GraphNode => ({
      kind: 'graph',
      state: { token: { secret: true }, text: {} },
      nodes: { a: node },
      edges: [],
      entry: ['a'],
    });
    expect(findings(graph(receive()))).toEqual([expect.stringContaining('secret')]);
    const compared = [
      'message.token == state.token',
      "state['Token'] == message.token",
      'message.token == input.token',
    ];
    for (const when of compared)
      expect(findings(graph(receive({ when, writes: {} })))).toEqual([
        expect.stringMatching(/^root\.nodes\.a\.when: "token" is secret, and \*\*\* here/),
      ]);
    expect(findings(graph(receive({ when: 'message.token == state.text', writes: {} })))).toEqual([]);
    expect(findings(graph(receive({ writes: { text: '${{ output }}' } })))).toEqual([]);
  });
});

describe('in the local runner', () => {
  const flow = defineFlow('shop', chain({ order: receive({ when: "message.kind == 'order'" }), paid: receive() }));

  test('a run takes what is sent to it, keeps what came early over restarts, and refuses what is too much', async () => {
    const store = memoryStore();
    const first = runLocal(flow, { runId: 'r', store });
    await first.send({ kind: 'paid' });
    first.letGo();
    const second = runLocal(flow, { runId: 'r', store });
    await second.idle();
    expect(second.view()).toMatchObject({ messages: 1 });
    await second.send({ kind: 'order' });
    expect(await second.output()).toEqual({ kind: 'paid' });

    const full = runLocal(flow);
    const told = Array.from({ length: 1_001 }, (_, n) => full.send(n));
    const settled = await Promise.allSettled(told);
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1_000);
    const refused = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(refused).toEqual([expect.any(TauError)]);
    expect(refused).toMatchObject([{ data: { id: 'TAU-4014' } }]);
    full.cancel('enough');

    const deaf = runLocal(defineFlow('deaf', task('tool:never')), {
      handlers: { 'tool:never': () => new Promise(() => {}) },
    });
    await expect(deaf.send('x')).rejects.toMatchObject({ data: { id: 'TAU-4007' } });
    deaf.cancel('enough');
  });

  test('what is kept is taken once a fork is edited, or the run goes on under another definition', async () => {
    const store = memoryStore();
    const waits = (when: string) => {
      const node = receive({ when, writes: { got: '${{ output.n }}' } });
      return defineFlow(
        'waits',
        graph({ state: { n: replace<number>(1), got: replace<number>() }, nodes: { node }, edges: [], entry: 'node' }),
      );
    };
    const flow = waits('message.n == state.n');
    const first = runLocal(flow, { runId: 'r', store });
    await first.send({ n: 2 });
    const runs = openRuns(store, { languages: [flow.language] });
    const { lastSeq = 0 } = (await store.find('r')) ?? {};
    const fork = await runs.fork(flow, 'r', { atSeq: lastSeq, edit: { values: { n: 2 } } });
    expect(await fork.output()).toEqual({ n: 2, got: 2 });
    first.letGo();
    const again = runLocal(waits('message.n == 2'), { runId: 'r', store, migrate: true });
    expect(await again.output()).toEqual({ n: 1, got: 2 });
  });

  test('a message with a key that has ended the run may be sent again, also to a process that shows the run only', async () => {
    const store = memoryStore();
    const waiting = defineFlow('waiting', receive());
    const run = runLocal(waiting, { runId: 'r', store });
    await Promise.all([run.send('paid', { key: 'k' }), run.send('paid', { key: 'k' })]);
    await run.send('paid', { key: 'k' });
    await expect(run.send('paid', { key: 'other' })).rejects.toMatchObject({ data: { id: 'TAU-1004' } });
    const shown = runLocal(waiting, { runId: 'r', store });
    await shown.send('paid', { key: 'k' });
    await expect(shown.send('paid')).rejects.toMatchObject({ data: { id: 'TAU-1004' } });
    expect(await shown.output()).toBe('paid');
  });

  test('a run may tell itself, before it waits; one that is cancelled takes what undoing waits for, and nothing once it is over', async () => {
    const itself = chain({
      tell: task('run:send@v1', { input: { runId: '${{ run.id }}', content: 'me' } }),
      heard: receive({ when: "message == 'me'" }),
    });
    expect(await runLocal(defineFlow('itself', itself)).output()).toBe('me');

    const undone = saga({
      book: { node: pass({ input: 'room' }), undo: receive({ when: "message == 'returned'" }) },
      wait: receive(),
    });
    const run = runLocal(defineFlow('undone', undone));
    await run.idle();
    run.cancel('no');
    run.cancel('no');
    await expect(run.send('returned')).rejects.toMatchObject({ data: { id: 'TAU-1004' } });
    const other = runLocal(defineFlow('undone', undone));
    await other.idle();
    other.cancel('no');
    await other.send('not this');
    await other.send('returned');
    expect(await other.ended).toMatchObject({ outcome: { kind: 'cancelled' } });
    expect(other.view()).toMatchObject({ messages: 1 });
  });
});
