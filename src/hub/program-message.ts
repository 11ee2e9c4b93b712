import { type ErrorData, errorData, isJsonObject, type Json, type JsonObject, type Outcome } from 'tau-core';
import type { AgentDefinition, BridgeDefinition, Subscription } from './definition.js';
import { agentProblem, bridgeProblem, isName, subscriptionProblem } from './parts.js';
import type { HubInput, PostedMessage } from './port.js';
import { toldOutcome } from './told-outcome.js';

/*
 * What a hub's run is told by `message`. Every content may have `replyTo`, the run that gets the receipt or the answer, and `id`,
 * by which it knows it:
 *
 *   { op: 'send' | 'request', id, from, to, key?, attributes?, body, timeoutMs?, replyTo? }
 *   { op: 'publish', id, from, topic, key?, attributes?, body, replyTo? }
 *   { op: 'broadcast', id, from, key?, attributes?, body, replyTo? }
 *   { op: 'withdraw', id, replyTo, reason? }                        a request is given up
 *   { op: 'join', agent } | { op: 'leave', agent: name } | { op: 'bridge', bridge } | { op: 'unbridge', bridge: name }
 *   { op: 'subscribe', agent: name, subscription } | { op: 'unsubscribe', agent: name, subscription: its id or topic }
 *   { op: 'close', reason? }
 *   { op: 'forward', message, deliveryId?, replyTo } | { op: 'forwarded', deliveryId, outcome }     between hubs
 *   { op: 'answered', deliveryId, output } | { op: 'answered', deliveryId, error: text }            by an agent that is a run
 *
 * Replies are messages too: { op: 'receipt' | 'answer', hub, id, outcome }.
 */

/** A message that makes sense, as the machine's input. `close` is the program's own. */
export type ReadMessage = { readonly input: HubInput };

const POSTS: readonly string[] = ['send', 'request', 'publish', 'broadcast'];
const MEMBERS = ['id', 'from', 'to', 'topic', 'key', 'attributes', 'body', 'timeoutMs'];
const POST_MEMBERS = ['op', ...MEMBERS, 'replyTo'];
/** Of a message that another hub forwards; what else is in it is that hub's own, and none of this one's business. */
const FORWARDED: readonly string[] = ['kind', ...MEMBERS, 'origin', 'visited'];

/** Where a reply goes: to a run that asked, or back over a bridge. */
export interface ReplyAddress {
  readonly way: 'run' | 'bridge';
  readonly runId: string;
  readonly id: string;
}

export function refOf({ way, runId, id }: ReplyAddress): string {
  return JSON.stringify([way, runId, id]);
}

/** Reads what `refOf` wrote. */
export function addressOf(ref: string): ReplyAddress {
  const [way, runId, id] = JSON.parse(ref) as [ReplyAddress['way'], string, string];
  return { way, runId, id };
}

/** Reads what somebody sent; an error that says what to send instead otherwise. */
export function readMessage(content: Json): ReadMessage | ErrorData {
  if (!isJsonObject(content) || typeof content['op'] !== 'string') return refused('send an object with "op"');
  const { op } = content;
  const ref = replyRef(content);
  const withRef = ref === undefined ? {} : { ref };
  const name = (member: string): string | undefined => {
    const value = content[member];
    return typeof value === 'string' && isName(value) ? value : undefined;
  };
  if (POSTS.includes(op)) return readPost(content, ref);
  switch (op) {
    case 'join': {
      const problem = agentProblem(content['agent']);
      if (problem !== undefined) return refused(problem);
      return { input: { type: 'join', agent: content['agent'] as unknown as AgentDefinition, ...withRef } };
    }
    case 'bridge': {
      const problem = bridgeProblem(content['bridge'], true);
      if (problem !== undefined) return refused(problem);
      return { input: { type: 'bridge', bridge: content['bridge'] as unknown as BridgeDefinition, ...withRef } };
    }
    case 'leave': {
      const agent = name('agent');
      return agent === undefined
        ? refused('"leave" needs "agent", a name')
        : { input: { type: 'leave', agent, ...withRef } };
    }
    case 'unbridge': {
      const bridge = name('bridge');
      return bridge === undefined
        ? refused('"unbridge" needs "bridge", a name')
        : { input: { type: 'unbridge', bridge, ...withRef } };
    }
    case 'subscribe': {
      const agent = name('agent');
      const problem =
        agent === undefined ? '"subscribe" needs "agent", a name' : subscriptionProblem(content['subscription']);
      if (agent === undefined || problem !== undefined) return refused(problem ?? '');
      const subscription = content['subscription'] as unknown as Subscription;
      return { input: { type: 'subscribe', agent, subscription, ...withRef } };
    }
    case 'unsubscribe': {
      const agent = name('agent');
      const { subscription } = content;
      if (agent === undefined || typeof subscription !== 'string')
        return refused('"unsubscribe" needs "agent" and "subscription", both texts');
      return { input: { type: 'unsubscribe', agent, subscription, ...withRef } };
    }
    case 'withdraw': {
      const reason = typeof content['reason'] === 'string' ? content['reason'] : 'its sender gave it up';
      const asked = ref ?? bridgeRef(content);
      return asked === undefined
        ? refused('"withdraw" needs "id" and "replyTo"')
        : { input: { type: 'withdraw', ref: asked, reason } };
    }
    case 'close':
      return {
        input: { type: 'close', reason: typeof content['reason'] === 'string' ? content['reason'] : 'it was asked to' },
      };
    case 'forward':
      return readForward(content);
    case 'forwarded': {
      const { deliveryId } = content;
      const outcome = toldOutcome(content['outcome']);
      if (typeof deliveryId !== 'string' || outcome === undefined)
        return refused('"forwarded" needs "deliveryId" and "outcome"');
      return { input: { type: 'settled', deliveryId, outcome } };
    }
    case 'answered': {
      const { deliveryId, output, error } = content;
      if (typeof deliveryId !== 'string' || (output === undefined) === (typeof error !== 'string'))
        return refused('"answered" needs "deliveryId", and "output" or "error", a text');
      const outcome: Outcome =
        output === undefined
          ? { kind: 'failed', error: errorData('HANDLER_FAILED', String(error)) }
          : { kind: 'ok', output };
      return { input: { type: 'settled', deliveryId, outcome } };
    }
    default:
      return refused(
        `there is no "${op}": see send, request, publish, broadcast, withdraw, join, leave, subscribe, unsubscribe, bridge, unbridge, close`,
      );
  }
}

/** Whether it is an error: what was read has an input. */
export function isRefused(message: ReadMessage | ErrorData): message is ErrorData {
  return !('input' in message);
}

function readPost(content: JsonObject, ref: string | undefined): ReadMessage | ErrorData {
  const { op, replyTo, ...rest } = content;
  const problem = postProblem(
    rest,
    Object.keys(content).find((name) => !POST_MEMBERS.includes(name)),
  );
  if (problem !== undefined) return refused(problem);
  if (op === 'request' && ref === undefined) return refused('a request needs "replyTo", the run that gets the answer');
  const message = { ...rest, kind: op } as unknown as PostedMessage;
  return { input: { type: 'post', message, ...(ref === undefined ? {} : { ref }) } };
}

function readForward(content: JsonObject): ReadMessage | ErrorData {
  const { message } = content;
  if (!isJsonObject(message) || !POSTS.includes(String(message['kind']))) return refused('"forward" needs "message"');
  const { visited, origin } = message;
  const isTrail = Array.isArray(visited) && visited.length <= 32 && visited.every((hub) => typeof hub === 'string');
  const problem = postProblem(message, undefined);
  if (problem !== undefined || !isTrail || typeof origin !== 'string')
    return refused(problem ?? 'a forwarded message needs "origin" and "visited"');
  const known = Object.entries(message).filter(([name]) => FORWARDED.includes(name));
  const ref = bridgeRef(content);
  const posted = Object.fromEntries(known) as unknown as PostedMessage;
  return { input: { type: 'post', message: posted, ...(ref === undefined ? {} : { ref }) } };
}

function postProblem(content: JsonObject, odd: string | undefined): string | undefined {
  if (odd !== undefined) return `a message has no "${odd}"; it has ${POST_MEMBERS.join(', ')}`;
  for (const name of ['id', 'from']) {
    const value = content[name];
    if (typeof value !== 'string' || value.length === 0 || value.length > 200)
      return `"${name}" is a text of 1 to 200 characters`;
  }
  for (const name of ['to', 'topic', 'key']) {
    const value = content[name];
    if (value !== undefined && (typeof value !== 'string' || value.length > 200))
      return `"${name}" is a text of up to 200 characters`;
  }
  if (content['body'] === undefined) return 'a message needs "body", any JSON';
  if (content['attributes'] !== undefined && !isJsonObject(content['attributes'])) return '"attributes" is an object';
  const { timeoutMs } = content;
  const isTime =
    typeof timeoutMs === 'number' && Number.isInteger(timeoutMs) && timeoutMs >= 1 && timeoutMs <= 86_400_000;
  return timeoutMs === undefined || isTime ? undefined : '"timeoutMs" is a whole number from 1 to 86400000';
}

function replyRef({ replyTo, id }: JsonObject): string | undefined {
  if (typeof replyTo !== 'string' || typeof id !== 'string') return undefined;
  return refOf({ way: 'run', runId: replyTo, id });
}

function bridgeRef({ replyTo, deliveryId }: JsonObject): string | undefined {
  if (typeof replyTo !== 'string' || typeof deliveryId !== 'string') return undefined;
  return refOf({ way: 'bridge', runId: replyTo, id: deliveryId });
}

function refused(message: string): ErrorData {
  return errorData('INVALID_ARGUMENT', message);
}
