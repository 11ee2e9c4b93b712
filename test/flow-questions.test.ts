import type { Json, JsonObject } from 'tau-core';
import { describe, expect, test } from 'vitest';
import type { FlowDefinition, FlowNode, GraphNode } from '../src/flow/definition.js';
import { validateFlow } from '../src/flow/validate.js';
import { FlowDrive } from './support/flow-drive.js';

const flowOf = (root: FlowNode): FlowDefinition => ({ format: 1, name: 'test', root });

function run(root: FlowNode, input: JsonObject = {}): FlowDrive {
  expect(validateFlow(flowOf(root))).toEqual([]);
  return new FlowDrive(flowOf(root), input).begin();
}

const questions = (drive: FlowDrive): readonly Json[] =>
  [...drive.calls.values()].map(({ callId, input }) => [callId, input['question'] ?? null]);

describe('the question after an ask', () => {
  const amount: FlowNode = {
    kind: 'ask',
    question: 'How much?',
    interrupt: { after: { question: 'Pay ${{ output }}?', actions: ['approve', 'edit', 'reject'] } },
  };

  test('is asked before its answer counts, under an id of its own', () => {
    const drive = run(amount).ok('$root', { action: 'respond', value: 7 });
    expect(questions(drive)).toEqual([['$root:after', 'Pay 7?']]);
    expect(drive.ok('$root:after', { action: 'approve' }).outcome).toEqual({ kind: 'ok', output: 7 });
  });

  test('may change the answer, or refuse it', () => {
    const edited = run(amount).ok('$root', { action: 'respond', value: 7 });
    expect(edited.ok('$root:after', { action: 'edit', value: 5 }).outcome).toEqual({ kind: 'ok', output: 5 });
    const refused = run(amount).ok('$root', { action: 'respond', value: 7 });
    const { outcome } = refused.ok('$root:after', { action: 'reject', value: 'too much' });
    expect(outcome).toMatchObject({ kind: 'failed', error: { message: 'it was rejected: too much' } });
  });

  test('has its own deadline, and counts its own askings', () => {
    const timed: FlowNode = {
      ...amount,
      deadlineMs: 1_000,
      default: { action: 'respond', value: 1 },
      interrupt: { after: { question: 'Pay ${{ output }}?', deadlineMs: 5_000, default: { action: 'approve' } } },
    };
    const drive = run(timed).ok('$root', 'no answer');
    expect(questions(drive)).toEqual([['$root:2', 'How much?']]);
    expect(questions(drive.advance(1_000))).toEqual([['$root:after', 'Pay 1?']]);
    drive.advance(4_000).ok('$root:after', 'no answer');
    expect(questions(drive)).toEqual([['$root:after:2', 'Pay 1?']]);
    expect(drive.advance(999).outcome).toBeUndefined();
    expect(drive.advance(1).outcome).toEqual({ kind: 'ok', output: 1 });
  });

  test('is not asked when a person has answered in place of the ask', () => {
    const asks: FlowNode = { ...amount, interrupt: { ...amount.interrupt, before: { question: 'Ask?' } } };
    const { outcome } = run(asks).ok('$root:before', { action: 'respond', value: 3 });
    expect(outcome).toEqual({ kind: 'ok', output: 3 });
  });
});

describe('texts that a run makes', () => {
  const big = 'x'.repeat(5_000_000);
  const twice = '${{ state.text }} ${{ state.text }}';
  const of = (node: FlowNode): GraphNode => ({
    kind: 'graph',
    state: { text: {} },
    nodes: { a: node },
    edges: [],
    entry: ['a'],
  });

  test.each<[string, FlowNode]>([
    ['a question', { kind: 'ask', question: twice }],
    ['a question before a node', { kind: 'pass', interrupt: { before: { question: twice } } }],
    ['a question after a node', { kind: 'pass', interrupt: { after: { question: twice } } }],
    ['the key of a lock', { kind: 'pass', lock: { key: twice } }],
    ['the sticky key of a call', { kind: 'task', call: 'tool:a', input: {}, stickyKey: twice }],
  ])('are bounded: %s', (_, node) => {
    const drive = run(of(node), { text: big });
    expect(drive.outcome).toMatchObject({ kind: 'failed', error: { id: 'TAU-1007', details: { at: 'a' } } });
    expect(drive.effects.map(({ type }) => type)).toEqual(['finish']);
  });
});
