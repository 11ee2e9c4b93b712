import {
  type CallId,
  errorData,
  HOST_CAPABILITIES,
  type Instant,
  isJsonObject,
  type Json,
  type ProgramEffect,
  type ProgramInput,
  type ProgramLanguage,
} from 'tau-core';

type CallEffect = Extract<ProgramEffect, { readonly type: 'call' }>;
type AcquireEffect = Extract<ProgramEffect, { readonly type: 'acquire' }>;

/** One thing that a rule or a message asks of the program. */
export type Order =
  | ({ readonly call: string } & Partial<Omit<CallEffect, 'type' | 'callId'>>)
  | ({ readonly lock: string } & Partial<Omit<AcquireEffect, 'type' | 'lockId'>>)
  | { readonly unlock: string }
  | { readonly ask: string }
  | { readonly giveUp: string }
  | { readonly wakeInMs: number }
  | { readonly finish: Json }
  | { readonly throw: string };

/**
 * What to do when told something. Keys: `begin`, `settled <call>`, `settled *`, `message *`, `deadline`, `cancel`, `cancel again`,
 * `lockGranted <lock>`, `lockRevoked <lock>`; `refuse`, of any orders, refuses the message "unwanted"; `edit` and `message` bring orders of their own.
 * Without a rule for it, an input is only heard.
 */
export interface Rules {
  readonly [told: string]: readonly Order[];
}

export interface ObedientState {
  readonly heard: readonly Json[];
  readonly until: number | null;
}

type ObedientEvent = { readonly heard: Json; readonly until: number | null };

/** A program that takes messages, remembers all that it is told, and does what its rules or a message's orders say. */
export const obedientLanguage: ProgramLanguage<Rules, ObedientState, ObedientEvent> = {
  program: {
    kind: 'obedient',
    takesMessages: true,
    takesEdits: true,
    refusesMessage: (rules, _state, content) =>
      content === 'unwanted' && rules['refuse'] !== undefined
        ? errorData('MAILBOX_FULL', 'its rules refuse it')
        : undefined,
    initial: () => ({ heard: [], until: null }),
    decide: (rules, state, input, now) => {
      const again = input.type === 'cancel' && state.heard.includes('cancel');
      const orders = again ? (rules['cancel again'] ?? []) : ordersFor(rules, input);
      const wake = orders.find((order) => 'wakeInMs' in order);
      const until = wake === undefined ? null : now + wake.wakeInMs;
      return { events: [{ heard: heardOf(input), until }], effects: orders.flatMap(effectsOf) };
    },
    evolve: (_rules, state, event) => ({ heard: [...state.heard, event.heard], until: event.until }),
    nextDeadline: (_rules, state) => (state.until === null ? undefined : (state.until as Instant)),
    migrate: (from, to, state) => {
      const gone = Object.keys(from).filter((told) => to[told] === undefined);
      const reasons = gone.map((told) => `there is no rule for "${told}" any more`);
      return reasons.length > 0
        ? { ok: false, reasons }
        : { ok: true, state: { ...state, heard: [...state.heard, 'migrated'] } };
    },
  },
  parse: (source) => ({ ok: true, definition: JSON.parse(source) as Rules }),
  triggers: () => [],
  matches: () => false,
  checkInput: (_rules, input) => ({ ok: true, definition: input }),
};

function ordersFor(rules: Rules, input: ProgramInput): readonly Order[] {
  if (input.type === 'message' && isJsonObject(input.content))
    return (input.content['orders'] ?? []) as unknown as readonly Order[];
  if (input.type === 'edit') return (input.edit['orders'] ?? []) as unknown as readonly Order[];
  if (input.type === 'lockGranted' || input.type === 'lockRevoked') return rules[`${input.type} ${input.lockId}`] ?? [];
  const exact = input.type === 'callSettled' ? rules[`settled ${input.callId}`] : rules[input.type];
  return exact ?? rules[`${input.type === 'callSettled' ? 'settled' : input.type} *`] ?? [];
}

function heardOf(input: ProgramInput): Json {
  if (input.type === 'callSettled') return `${input.callId} ${input.outcome.kind}`;
  if (input.type === 'lockGranted' || input.type === 'lockRevoked') return `${input.lockId} ${input.type}`;
  if (input.type === 'edit') return input.edit;
  return input.type === 'message' ? input.content : input.type;
}

function effectsOf(order: Order): ProgramEffect[] {
  if ('throw' in order) throw new Error(order.throw);
  if ('call' in order) {
    const { call, ...policy } = order;
    return [{ type: 'call', callId: call as CallId, capability: 'action:do@v1', input: {}, ...policy }];
  }
  if ('ask' in order) {
    const input = { question: order.ask, schema: { type: 'boolean' } };
    return [{ type: 'call', callId: order.ask as CallId, capability: HOST_CAPABILITIES.ask, input }];
  }
  if ('lock' in order) {
    const { lock, key = lock, waiting = 'queue', ...others } = order;
    return [{ type: 'acquire', lockId: lock as CallId, key, waiting, ...others }];
  }
  if ('unlock' in order) return [{ type: 'release', lockId: order.unlock as CallId }];
  if ('giveUp' in order)
    return [{ type: 'cancelCall', callId: order.giveUp as CallId, reason: `told to give up ${order.giveUp}` }];
  if ('finish' in order) return [{ type: 'finish', outcome: { kind: 'ok', output: order.finish } }];
  return [];
}
