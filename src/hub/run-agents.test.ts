import {
  callId,
  type ErrorData,
  type ErrorName,
  errorData,
  instant,
  type Json,
  type JsonObject,
  type ProgramEffect,
  type ProgramInput,
  runId,
} from 'tau-core';
import { describe, expect, test } from 'vitest';
import type { HubDefinition } from './definition.js';
import { hubProgram } from './program.js';
import { type HubProgramState, REPLIES_MAX } from './program-state.js';

const NOW = instant(1_700_000_000_000);

/** A hub's run, and the messages that it sends. */
class Hub {
  readonly definition: HubDefinition;
  state: HubProgramState;

  constructor(definition: Partial<HubDefinition>) {
    this.definition = { name: 'team', ...definition };
    const begin = { runId: runId('run-hub'), sessionId: 's', input: {}, startedAt: NOW };
    this.state = hubProgram.initial(this.definition, begin);
    this.take({ type: 'begin' });
  }

  take(input: ProgramInput): readonly JsonObject[] {
    const { events, effects } = hubProgram.decide(this.definition, this.state, input, NOW);
    for (const event of events) this.state = hubProgram.evolve(this.definition, this.state, event);
    return effects.flatMap(sent);
  }

  tell(content: Json): readonly JsonObject[] {
    return this.take({ type: 'message', content });
  }

  settle(id: string, refused?: ErrorName): readonly JsonObject[] {
    const error = refused && errorData(refused, 'it said no');
    const outcome = error === undefined ? ({ kind: 'ok', output: {} } as const) : ({ kind: 'failed', error } as const);
    return this.take({ type: 'callSettled', callId: callId(id), outcome });
  }

  refusal(content: Json): ErrorData | undefined {
    return hubProgram.refusesMessage?.(this.definition, this.state, content);
  }
}

function sent(effect: ProgramEffect): readonly JsonObject[] {
  return effect.type === 'call' && effect.capability === 'run:send@v1' ? [effect.input] : [];
}

const clerk = { name: 'clerk', runId: 'run-clerk' };
const ask = (id: string, to = 'clerk'): JsonObject => ({
  ...{ op: 'request', id, from: 'shop', to, body: 1, replyTo: 'run-shop' },
});

describe('an agent that is a run', () => {
  test.each(['MAILBOX_FULL', 'QUEUE_FULL', 'NOT_FOUND', 'CONFLICT', 'PROGRAM_TAKES_NO_INPUT'] as const)(
    'which did not take a message, for %s, may be sent it again under the same id',
    (refused) => {
      const hub = new Hub({ agents: [clerk] });
      hub.tell(ask('1'));
      expect(hub.settle('d1', refused)).toMatchObject([
        { runId: 'run-shop', content: { op: 'answer', id: '1', outcome: { kind: 'failed' } } },
      ]);
      expect(hub.tell(ask('1'))).toMatchObject([
        { runId: 'run-clerk', content: { op: 'delivery', id: '1', deliveryId: 'd2' } },
      ]);
    },
  );

  test('keeps its own failure as the answer to the same id', () => {
    const hub = new Hub({ agents: [clerk] });
    hub.tell(ask('1'));
    hub.settle('d1');
    hub.tell({ op: 'answered', deliveryId: 'd1', error: 'sold out' });
    expect(hub.tell(ask('1'))).toMatchObject([{ runId: 'run-shop', content: { op: 'answer', id: '1' } }]);
  });

  test('may answer before its host says that it has the message, and only once', () => {
    const hub = new Hub({ agents: [clerk] });
    hub.tell(ask('1'));
    const answer = { op: 'answered', deliveryId: 'd1', output: 7 };
    expect(hub.tell(answer)).toMatchObject([{ content: { op: 'answer', outcome: { output: 7 } } }]);
    expect(hub.settle('d1')).toEqual([]);
    expect(hub.tell(answer)).toEqual([]);
    expect(hubProgram.view?.(hub.definition, hub.state)).toMatchObject({ openRequests: 0, counts: { answered: 1 } });
  });

  test('is given the messages of a sender and a key one after another, whatever room it has', () => {
    const hub = new Hub({ agents: [{ ...clerk, mailbox: { concurrency: 4, onFull: 'block', capacity: 1 } }] });
    const send = (id: string, key: string): readonly JsonObject[] =>
      hub.tell({ op: 'send', id, from: 'shop', to: 'clerk', key, body: id });
    expect(send('1', 'a')).toHaveLength(1);
    expect(send('2', 'a')).toEqual([]);
    // No room: its receipt has to wait, and it with it.
    expect(send('3', 'b')).toEqual([]);
    const content = (id: string): JsonObject => ({ runId: 'run-clerk', content: { op: 'delivery', id } });
    expect(hub.settle('d1')).toMatchObject([content('2'), content('3')]);
  });
});

describe('a hub says to the sender of a message', () => {
  test('that it cannot be answered while so many replies are on their way', () => {
    const hub = new Hub({ agents: [clerk] });
    const replies = Array.from({ length: REPLIES_MAX }, (_, n) => `r${n}`);
    hub.state = { ...hub.state, replies };
    expect(hub.refusal(ask('1'))).toMatchObject({ id: 'TAU-4014' });
    expect(hub.refusal({ op: 'leave', agent: 'clerk' })).toBeUndefined();
  });

  test('that an agent with a capability answers by itself', () => {
    const hub = new Hub({ agents: [{ name: 'coder' }, clerk] });
    hub.tell(ask('1', 'coder'));
    hub.tell(ask('2'));
    expect(hub.refusal({ op: 'answered', deliveryId: 'd1', output: 7 })).toMatchObject({ id: 'TAU-1001' });
    expect(hub.refusal({ op: 'answered', deliveryId: 'd2', output: 7 })).toBeUndefined();
    expect(hub.refusal({ op: 'answered', deliveryId: 'd3', output: 7 })).toBeUndefined();
  });
});
