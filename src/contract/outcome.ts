import type { Json } from '../vocabulary/json.js';
import type { Budget, Outcome, Principal, Usage } from '../vocabulary/outcome.js';
import { errorData } from '../vocabulary/tau-error.js';
import type * as corev1 from './core-v1.js';
import { errorFromProto, errorToProto } from './error.js';
import { jsonToText } from './json-text.js';
import type { Mutable } from './mutable.js';

/** An outcome as it travels. */
export function outcomeToProto(outcome: Outcome): corev1.Outcome {
  switch (outcome.kind) {
    case 'ok':
      return { kind: { $case: 'ok', value: { outputJson: jsonToText(outcome.output) } } };
    case 'failed':
      return { kind: { $case: 'failed', value: errorToProto(outcome.error) } };
    case 'cancelled':
      return { kind: { $case: 'cancelled', value: { reason: outcome.reason } } };
    case 'inputRequired': {
      const answerSchemaJson = outcome.answerSchema === undefined ? '' : JSON.stringify(outcome.answerSchema);
      return { kind: { $case: 'inputRequired', value: { question: outcome.question, answerSchemaJson } } };
    }
    case 'unknown':
      return { kind: { $case: 'unknown', value: errorToProto(outcome.error) } };
  }
}

/**
 * An outcome that arrived. Total: one that cannot be read (no kind, a kind of a newer version, output that is not
 * JSON) is `unknown` with HANDLER_FAILED, since the work behind it may well have happened.
 */
export function outcomeFromProto(proto: corev1.Outcome | undefined): Outcome {
  const kind = proto?.kind;
  switch (kind?.$case) {
    case 'ok':
      return okFrom(kind.value.outputJson);
    case 'failed':
      return { kind: 'failed', error: errorFromProto(kind.value) };
    case 'cancelled':
      return { kind: 'cancelled', reason: kind.value.reason };
    case 'inputRequired':
      return inputRequiredFrom(kind.value);
    case 'unknown':
      return { kind: 'unknown', error: errorFromProto(kind.value) };
    case undefined:
      return unreadable('the outcome has no kind that this version knows');
  }
}

function okFrom(outputJson: string): Outcome {
  if (outputJson === '') return { kind: 'ok', output: null };
  try {
    return { kind: 'ok', output: JSON.parse(outputJson) as Json };
  } catch {
    return unreadable('the output of the handler is not JSON');
  }
}

function inputRequiredFrom(proto: corev1.InputRequired): Outcome {
  if (proto.answerSchemaJson === '') return { kind: 'inputRequired', question: proto.question };
  try {
    const answerSchema = JSON.parse(proto.answerSchemaJson) as Json;
    return { kind: 'inputRequired', question: proto.question, answerSchema };
  } catch {
    return unreadable('the answer schema of the question is not JSON');
  }
}

function unreadable(message: string): Outcome {
  return { kind: 'unknown', error: errorData('HANDLER_FAILED', message) };
}

/** A principal as it travels; absent stays absent. */
export function principalToProto(principal: Principal | undefined): corev1.Principal | undefined {
  return principal && { id: principal.id, attributes: { ...principal.attributes } };
}

/** A principal that arrived; one without an id is none. */
export function principalFromProto(proto: corev1.Principal | undefined): Principal | undefined {
  if (proto === undefined || proto.id === '') return undefined;
  for (const _ in proto.attributes) return { id: proto.id, attributes: proto.attributes };
  return { id: proto.id };
}

/** A budget as it travels: 0 is no limit of its own. */
export function budgetToProto(budget: Budget | undefined): corev1.Budget | undefined {
  return (
    budget && {
      callsMax: budget.callsMax ?? 0,
      tokensMax: budget.tokensMax ?? 0,
      costMicrosMax: budget.costMicrosMax ?? 0,
    }
  );
}

/** A budget that arrived; one that limits nothing is none. */
export function budgetFromProto(proto: corev1.Budget | undefined): Budget | undefined {
  if (proto === undefined || (proto.callsMax === 0 && proto.tokensMax === 0 && proto.costMicrosMax === 0))
    return undefined;
  const budget: Mutable<Budget> = {};
  if (proto.callsMax !== 0) budget.callsMax = proto.callsMax;
  if (proto.tokensMax !== 0) budget.tokensMax = proto.tokensMax;
  if (proto.costMicrosMax !== 0) budget.costMicrosMax = proto.costMicrosMax;
  return budget;
}

/** Usage as it travels; absent stays absent. */
export function usageToProto(usage: Usage | undefined): corev1.Usage | undefined {
  return usage && { tokens: usage.tokens, costMicros: usage.costMicros };
}

/** Usage that arrived. The contract's message has the vocabulary's very shape. */
export function usageFromProto(proto: corev1.Usage | undefined): Usage | undefined {
  return proto;
}
