import {
  type CallId,
  callId,
  type Decision,
  type ProgramEffect,
  type ProgramInput,
  type ProgramLanguage,
} from 'tau-core';

/** So many calls, `width` of them in flight at a time. */
export interface Count {
  readonly calls: number;
  readonly width: number;
}

interface Counted {
  readonly asked: number;
  readonly done: number;
}

/** A program that costs next to nothing, so that what is measured is the machine that hosts it. */
export const countingLanguage: ProgramLanguage<Count, Counted, Counted> = {
  program: {
    kind: 'counting',
    initial: () => ({ asked: 0, done: 0 }),
    decide,
    evolve: (_count, _state, event) => event,
    nextDeadline: () => undefined,
  },
  parse: (source) => ({ ok: true, definition: JSON.parse(source) as Count }),
  triggers: () => [],
  matches: () => false,
  checkInput: (_count, input) => ({ ok: true, definition: input }),
};

function decide(
  { calls, width }: Count,
  { asked, done }: Counted,
  input: ProgramInput,
): Decision<Counted, ProgramEffect> {
  if (input.type === 'begin') {
    return { events: [{ asked: width, done: 0 }], effects: Array.from({ length: width }, (_, index) => call(index)) };
  }
  if (input.type !== 'callSettled') return { events: [], effects: [] };
  if (done + 1 === calls)
    return { events: [{ asked, done: calls }], effects: [{ type: 'finish', outcome: { kind: 'ok', output: calls } }] };
  const more = asked < calls;
  return { events: [{ asked: more ? asked + 1 : asked, done: done + 1 }], effects: more ? [call(asked)] : [] };
}

const IDS: CallId[] = [];

function call(index: number): ProgramEffect {
  IDS[index] ??= callId(`c${index}`);
  return { type: 'call', callId: IDS[index], capability: 'action:do@v1', input: { issue: 12, label: 'bug' } };
}
