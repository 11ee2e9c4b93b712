import type { RunId } from 'tau-core';
import { describe, expect, test } from 'vitest';
import type { FlowEvent } from './event.js';
import { Foreseen } from './foreseen.js';
import type { FlowState } from './state.js';

const state = (sessionId: string): FlowState => ({ format: 1, runId: 'run-1' as RunId, sessionId });
const event = (at: string): FlowEvent => ({ type: 'NodeCancelled', at });

describe('the states of the latest decision', () => {
  const [before, first, second] = [state('before'), state('first'), state('second')];
  const [a, b, c] = [event('a'), event('b'), event('c')];

  test('are given in order, each once, for the very events and states that they follow from', () => {
    const foreseen = new Foreseen();
    foreseen.remember(before, [a, b, c], [first, second]);
    expect(foreseen.after(before, { ...a })).toBeUndefined();
    expect(foreseen.after({ ...before }, a)).toBeUndefined();
    expect(foreseen.after(first, b)).toBeUndefined();
    expect(foreseen.after(before, a)).toBe(first);
    expect(foreseen.after(before, a)).toBeUndefined();
    expect(foreseen.after(first, b)).toBe(second);
    expect(foreseen.after(second, c)).toBeUndefined();
  });

  test('are forgotten by the next decision', () => {
    const foreseen = new Foreseen();
    foreseen.remember(before, [a], [first]);
    foreseen.remember(first, [b], [second]);
    expect(foreseen.after(before, a)).toBeUndefined();
    expect(foreseen.after(first, b)).toBe(second);
  });
});
