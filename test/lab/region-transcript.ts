import type { CloudEvent, ErrorData, Outcome } from 'tau-core';
import type { LockClaim } from 'tau-orchestrate';
import type { RegionEffect, WorkOrder } from '../../src/machines/region/effects.js';
import type { RegionEvent, RegionEventBody } from '../../src/machines/region/events.js';
import type { RegionInput, RunRequest } from '../../src/machines/region/inputs.js';
import { callsByAge, runFromImage } from '../../src/machines/region/open-calls.js';
import type { BoundDefinition, CallState, RunState } from '../../src/machines/region/state.js';
import { brief, members } from './brief.js';
import { RegionLab, type Told } from './region-lab.js';
import { Transcript } from './transcript.js';

/** A region lab that writes down all that it is told, and what comes of it. */
export class RegionTranscript extends RegionLab {
  readonly transcript: Transcript;

  constructor(name: string, title: string) {
    super({ runTimeoutMs: 60_000, callTimeoutMs: 10_000, inboxMax: 3 });
    this.transcript = new Transcript(name, title);
  }

  override tell(input: RegionInput): Told {
    this.transcript.input(inputText(input));
    const told = super.tell(input);
    for (const event of told.events) this.transcript.out(eventText(event));
    for (const effect of told.effects) this.transcript.out(effectText(effect));
    if (told.events.length + told.effects.length === 0) this.transcript.out('nothing');
    return told;
  }

  override advance(ms: number): void {
    super.advance(ms);
    this.transcript.time(`${ms} ms, now ${this.now}`);
  }
}

const errorText = ({ id, message }: ErrorData): string => `${id} "${message}"`;

function inputText(input: RegionInput): string {
  switch (input.type) {
    case 'startRun':
      return `startRun ${requestText(input.request)}`;
    case 'publish':
      return `publish ${cloudEventText(input.event)} starts=[${input.starts.map(requestText).join(', ')}]`;
    case 'settle':
      return `settle ${input.runId}/${input.callId}#${input.attempt} ${outcomeText(input.outcome)}${members({ usage: input.usage })}`;
    case 'lost':
      return `lost ${input.runId}/${input.callId}#${input.attempt}`;
    case 'answer':
      return `answer ${input.runId}/${input.callId} version=${input.version} ${brief(input.answer)}`;
    case 'forkRun':
      return `forkRun ${input.runId} from=${input.source.runId}${members({ startKey: input.startKey, edit: input.edit })}`;
    case 'migrateRun':
      return `migrateRun ${input.runId} to=${boundText(input.bound)}${members({ checkOnly: input.checkOnly || undefined })}`;
    case 'putDefinition':
      return `putDefinition ${boundText(input.bound)}`;
    default:
      return `${input.type}${'runId' in input ? ` ${input.runId}` : ''}${members(input, ['type', 'runId'])}`;
  }
}

function requestText({ runId, bound, ...others }: RunRequest): string {
  const { event, input: _, cause: __, ...more } = others;
  return `${runId} ${boundText(bound)}${members({ ...more, event: event?.id })}`;
}

function boundText({ name, definition }: BoundDefinition): string {
  return `${name} ${brief(definition)}`;
}

function cloudEventText({ id, type, echo }: CloudEvent): string {
  return `${id} ${type}${members({ echo })}`;
}

function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'ok':
      return `ok ${brief(outcome.output)}`;
    case 'cancelled':
      return `cancelled ${brief(outcome.reason)}`;
    case 'inputRequired':
      return `inputRequired ${brief(outcome.question)}`;
    default:
      return `${outcome.kind} ${errorText(outcome.error)}`;
  }
}

function eventText({ seq, hlc, body }: RegionEvent): string {
  const prev = 'prev' in body ? ` ${body.runId} prev=${body.prev}` : '';
  return `${seq} at ${hlc.wallMs}.${hlc.counter} ${body.type}${prev}${bodyText(body)}`;
}

function bodyText(body: RegionEventBody): string {
  switch (body.type) {
    case 'definition.adopted':
    case 'definition.put':
      return ` ${body.bound.name}`;
    case 'event.received':
      return ` ${cloudEventText(body.event)} runIds=${brief(body.runIds)}`;
    case 'run.started': {
      const { type: _, runId: __, prev: ___, definition, begin, ...others } = body;
      return ` ${definition.name}${members({ startedAt: begin.startedAt, event: begin.event?.id })}${members(others)}`;
    }
    case 'run.advanced': {
      const { input, events, calls, cancelled, released, locks, usage, dead, fromInbox, messageKey } = body;
      const told =
        input.type === 'callSettled'
          ? `${input.callId} ${outcomeText(input.outcome)}`
          : `${input.type}${members(input, ['type'])}`;
      const shown = {
        calls: calls.length > 0 ? calls.map(callText) : undefined,
        cancelled: cancelled.length > 0 ? cancelled : undefined,
        released,
        locks: locks?.map(lockText),
      };
      return ` [${told}]${members({ events, ...shown, usage, fromInbox, messageKey })}${dead === undefined ? '' : ` dead=${errorText(dead)}`}`;
    }
    case 'run.forked':
      return ` ${runText(runFromImage(body.run))}${members({ startKey: body.startKey })}`;
    case 'run.migrated':
      return ` ${body.definition.name} program=${brief(body.program)}`;
    case 'run.ended':
      return ` ${outcomeText(body.outcome)}`;
    case 'call.retrying':
    case 'call.lost': {
      const { error, ...others } = body;
      return ` ${body.callId} ${errorText(error)}${members(others, ['type', 'runId', 'prev', 'callId'])}`;
    }
    default:
      return members(body, ['type', 'runId', 'prev']);
  }
}

function lockText({ lockId, key, slots, waiting, preempt, priority }: LockClaim): string {
  return `${lockId} of ${key} slots=${slots} ${waiting}${preempt ? ' preempt' : ''} priority=${priority}`;
}

function callText(call: CallState): string {
  return `${call.callId}#${call.attempt} ${call.capability} until ${call.deadlineMs}`;
}

function runText({ phase, deadlineMs, calls, locks, forkedFrom }: RunState): string {
  const claims = locks?.map(({ claim, granted }) => `${lockText(claim)}${granted ? ' granted' : ''}`);
  return `${phase} until ${deadlineMs}${members({ calls: callsByAge(calls).map(callText), locks: claims, forkedFrom })}`;
}

function effectText(effect: RegionEffect): string {
  switch (effect.type) {
    case 'reply': {
      const { reply } = effect;
      return reply.ok ? `reply ok${members(reply, ['ok'])}` : `reply refused ${errorText(reply.error)}`;
    }
    case 'dispatch':
      return `dispatch ${orderText(effect.order)}`;
    case 'withdraw':
      return `withdraw ${effect.workId} ${brief(effect.reason)}`;
    case 'hold':
      return `hold ${effect.runId}`;
    case 'tellLocks':
      return 'tellLocks';
  }
}

/** An order without what its ids say already. */
export function orderText(order: WorkOrder): string {
  const { workId, attempt, capability, deadlineMs, notBeforeMs, redelivered, answerJson, stickyKey, priority } = order;
  const more = {
    notBefore: notBeforeMs > 0 ? notBeforeMs : undefined,
    redelivered: redelivered || undefined,
    answer: answerJson === '' ? undefined : answerJson,
    stickyKey,
    priority: priority === 5 ? undefined : priority,
  };
  return `${workId}#${attempt} ${capability} until ${deadlineMs}${members(more)}`;
}
