import type { Executable, ProgramInput } from 'tau-core';
import { type FlowDefinition, type FlowEvent, type FlowState, flowLanguage } from 'tau-orchestrate';

/** A flow that writes something, and asks before it sends it. */
export const REVIEW_FLOW = JSON.stringify({
  format: 1,
  name: 'review',
  root: {
    kind: 'graph',
    state: { draft: { type: 'text' } },
    nodes: {
      write: { kind: 'task', call: 'model:write', writes: { draft: '${{ output }}' } },
      send: {
        kind: 'task',
        call: 'action:mail/send@v1',
        interrupt: { before: { question: 'Send ${{ state.draft }}?', actions: ['approve', 'reject'] } },
        writes: {},
      },
    },
    edges: [{ from: 'write', to: 'send' }],
    entry: ['write'],
  },
});

/** What brings it to its question, whose id is `send@2:before`. */
export const UNTIL_ASKED: readonly ProgramInput[] = [
  { type: 'begin' },
  { type: 'callSettled', callId: 'write' as never, outcome: { kind: 'ok', output: 'Dear Mona' } },
];

export function reviewFlow(): Executable<FlowDefinition, FlowState, FlowEvent> {
  const parsed = flowLanguage.parse(REVIEW_FLOW, 'review.flow.json');
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('; '));
  return { language: flowLanguage, definition: parsed.definition };
}
