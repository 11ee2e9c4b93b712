import type { Outcome } from 'tau-core';
import type { DispatchState, Work } from './state.js';

/** Work has left its provider, or waits no longer: with an outcome that its policies count, or without. */
export function leaveGate(state: DispatchState, work: Work, outcome?: Outcome): void {
  const { ticket } = work;
  if (ticket === undefined) return;
  work.ticket = undefined;
  state.gated.delete(ticket);
  state.gateEnded.push({ ticket, ...(outcome && { outcome }) });
}
