import { isJsonObject, type Json } from 'tau-core';
import { predicateProblem } from './predicate.js';
import { SUBSCRIPTIONS_MAX } from './state.js';
import { isTopicPattern } from './topic.js';

/*
 * What is wrong with a part of a hub, in a definition or in a message; undefined when nothing is. Each message says what to
 * write instead.
 */

const NAME = /^[A-Za-z0-9._-]{1,100}$/;

export function isName(value: Json | undefined): value is string {
  return typeof value === 'string' && NAME.test(value);
}

function isRunId(value: Json | undefined): boolean {
  return typeof value === 'string' && /^[\w-]{1,64}$/.test(value);
}

export function agentProblem(value: Json | undefined): string | undefined {
  if (!isJsonObject(value)) return 'an agent is an object with name, capability or runId, mailbox, subscriptions';
  const { name, capability, runId, mailbox, subscriptions } = value;
  if (!isName(name)) return 'the name of an agent has 1 to 100 letters, digits and ._-';
  const odd = oddOf(value, ['name', 'capability', 'runId', 'mailbox', 'subscriptions'], 'an agent');
  if (odd !== undefined) return odd;
  if (capability !== undefined && (typeof capability !== 'string' || !/^[^:\s]+:\S{1,400}$/.test(capability))) {
    return '"capability" is one such as "agent:planner"';
  }
  if (runId !== undefined && !isRunId(runId)) return '"runId" is the id of the run that is the agent';
  if (runId !== undefined && capability !== undefined) return 'an agent is a run or has a "capability": leave one out';
  if (subscriptions === undefined) return mailboxProblem(mailbox);
  if (!Array.isArray(subscriptions) || subscriptions.length > SUBSCRIPTIONS_MAX) {
    return `"subscriptions" is a list of up to ${SUBSCRIPTIONS_MAX}`;
  }
  const ids = subscriptions.map((one: Json) => (isJsonObject(one) ? (one['id'] ?? one['topic']) : undefined));
  if (new Set(ids).size < ids.length) return 'subscriptions to one topic need each an "id" of its own';
  return firstOf(subscriptions, subscriptionProblem) ?? mailboxProblem(mailbox);
}

export function bridgeProblem(value: Json | undefined, needsRun: boolean): string | undefined {
  if (!isJsonObject(value)) return 'a bridge is an object with name, hub, runId, rules, mailbox';
  const { name, hub, runId, rules, mailbox } = value;
  if (!isName(name)) return 'the name of a bridge has 1 to 100 letters, digits and ._-';
  if (!isName(hub)) return '"hub" is the id of the other hub';
  const odd = oddOf(value, ['name', 'hub', 'runId', 'rules', 'mailbox'], 'a bridge');
  if (odd !== undefined) return odd;
  if ((needsRun || runId !== undefined) && !isRunId(runId)) return '"runId" is the id of the run that is the other hub';
  if (!Array.isArray(rules) || rules.length === 0 || rules.length > 100) return '"rules" is a list of 1 to 100';
  return firstOf(rules, ruleProblem) ?? mailboxProblem(mailbox);
}

export function subscriptionProblem(value: Json | undefined): string | undefined {
  if (!isJsonObject(value)) return 'a subscription is an object with id, topic, where';
  const { id, topic, where } = value;
  const odd = oddOf(value, ['id', 'topic', 'where'], 'a subscription');
  if (odd !== undefined) return odd;
  if (id !== undefined && (typeof id !== 'string' || id === '' || id.length > 200))
    return '"id" is a text of 1 to 200 characters';
  if (typeof topic !== 'string' || !isTopicPattern(topic))
    return '"topic" is a pattern such as "shop.orders.*" or "shop.**"';
  return where === undefined ? undefined : predicateProblem(where);
}

export function mailboxProblem(value: Json | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (!isJsonObject(value)) return 'a mailbox is an object with capacity, onFull, blockedMax, concurrency';
  const odd = oddOf(value, ['capacity', 'onFull', 'blockedMax', 'concurrency'], 'a mailbox');
  if (odd !== undefined) return odd;
  if (value['onFull'] !== undefined && !['refuse', 'drop-oldest', 'block'].includes(String(value['onFull']))) {
    return '"onFull" is "refuse", "drop-oldest" or "block"';
  }
  for (const [name, max] of [
    ['capacity', 10_000],
    ['blockedMax', 10_000],
    ['concurrency', 1_000],
  ] as const) {
    const number = value[name];
    if (number === undefined) continue;
    if (typeof number !== 'number' || !Number.isInteger(number) || number < 1 || number > max) {
      return `"${name}" is a whole number from 1 to ${max}`;
    }
  }
  return undefined;
}

function ruleProblem(value: Json): string | undefined {
  const what = 'a rule has one of "to" (a pattern of names), "topic" (and "where"), "broadcast": true';
  if (!isJsonObject(value)) return what;
  if ('broadcast' in value) return value['broadcast'] === true && Object.keys(value).length === 1 ? undefined : what;
  if ('topic' in value) return 'id' in value ? what : subscriptionProblem(value);
  return typeof value['to'] === 'string' && isTopicPattern(value['to']) && Object.keys(value).length === 1
    ? undefined
    : what;
}

function oddOf(
  value: { readonly [name: string]: Json | undefined },
  known: readonly string[],
  what: string,
): string | undefined {
  const odd = Object.keys(value).find((name) => !known.includes(name));
  return odd === undefined ? undefined : `${what} has no "${odd}"; it has ${known.join(', ')}`;
}

function firstOf(values: readonly Json[], problemOf: (value: Json) => string | undefined): string | undefined {
  for (const value of values) {
    const problem = problemOf(value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
