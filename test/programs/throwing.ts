import type { CallId, ProgramLanguage } from 'tau-core';

/** Where the program breaks its contract. */
export interface Fault {
  readonly in: 'decide' | 'evolve' | 'initial';
}

/** A program with a bug: it makes one call, and throws when that call has settled (or when it is made at all). */
export const throwingLanguage: ProgramLanguage<Fault, { readonly begun: boolean }, { readonly settled: boolean }> = {
  program: {
    kind: 'throwing',
    initial: (fault) => {
      if (fault.in === 'initial') throw new Error('no beginning');
      return { begun: true };
    },
    decide: (fault, _state, input) => {
      if (input.type === 'begin') {
        return {
          events: [],
          effects: [{ type: 'call', callId: 'a' as CallId, capability: 'action:do@v1', input: {} }],
        };
      }
      if (fault.in === 'decide') throw new Error('cannot decide');
      return { events: [{ settled: true }], effects: [] };
    },
    evolve: () => {
      throw new Error('cannot evolve');
    },
    nextDeadline: () => undefined,
  },
  parse: (source) => ({ ok: true, definition: JSON.parse(source) as Fault }),
  triggers: () => [],
  matches: () => false,
  checkInput: (_fault, input) => ({ ok: true, definition: input }),
};
