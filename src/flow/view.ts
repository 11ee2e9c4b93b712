import type { Json, JsonObject } from 'tau-core';
import { attempt } from '../expression/expression.js';
import { openCall } from './call-ids.js';
import type { FlowPlan } from './flow-plan.js';
import { titleOf } from './path.js';
import { type Place, walkPlaces } from './place.js';
import { placeAt } from './place-on-path.js';
import { questionInput, questionOf } from './questions.js';
import { isWaiting } from './receive-node.js';
import { derivedOutput } from './start-activation.js';
import type { FlowState } from './state.js';

/** Activations and questions that a view shows; it says how many more there are. */
const SHOWN_MAX = 200;

/**
 * What a person who looks at a run sees: `status` (`new`, `running`, `cancelling`, `ok`, `failed`, `cancelled`), `values` and
 * `step` of the root if that is a graph, `open` (what runs: path, label, kind and what it waits for; `when` is the condition of a node
 * that waits for a message), `questions` (what may be answered now, by `callId`), `messages` (how many are kept for nodes to come) and
 * `messagesRefused`, `unmet` (joins that waited in vain when their graph ended, `a+b>c`), and `editRefused` when the latest edit was.
 */
export function view(plan: FlowPlan, state: FlowState): JsonObject {
  const root = placeAt(plan, state, '');
  const places: Place[] = [];
  if (root !== undefined) walkPlaces(root, (place) => places.push(place));
  const questions = places.filter((place) => place.activation.asked !== undefined && openCall(place) !== undefined);
  return {
    status: statusOf(state),
    ...valuesOf(plan, state),
    open: places.slice(0, SHOWN_MAX).map((place) => openView(place, plan.definition.name)),
    questions: questions.slice(0, SHOWN_MAX).map(questionView),
    ...(places.length > SHOWN_MAX ? { more: places.length - SHOWN_MAX } : {}),
    ...(state.cancel === undefined ? {} : { cancel: state.cancel.reason }),
    ...(state.inbox === undefined ? {} : { messages: state.inbox.length }),
    ...(state.messagesRefused === undefined ? {} : { messagesRefused: state.messagesRefused }),
    ...(state.unmet === undefined ? {} : { unmet: state.unmet }),
    ...(state.editRefused === undefined ? {} : { editRefused: state.editRefused }),
  };
}

function statusOf(state: FlowState): string {
  if (state.ended !== undefined) return state.ended.outcome.kind;
  if (state.cancel !== undefined) return 'cancelling';
  return state.root === undefined ? 'new' : 'running';
}

function valuesOf(plan: FlowPlan, { root, ended }: FlowState): JsonObject {
  if (plan.root.kind !== 'graph') return {};
  if (root?.kind === 'graph') return { values: root.values, step: root.step };
  if (ended?.outcome.kind === 'ok') return { values: ended.outcome.output };
  return ended?.values === undefined ? {} : { values: ended.values };
}

function openView(place: Place, flowName: string): Json {
  const { at, plan, activation } = place;
  const { phase, deadline, stop } = activation;
  const undoes = activation.kind === 'saga' && activation.undoing !== undefined;
  const waits = stop !== undefined ? 'stopping' : undoes ? 'undoing' : phase;
  return {
    at,
    label: titleOf(at, flowName),
    kind: plan.kind,
    ...(waits === undefined ? {} : { phase: waits }),
    ...(deadline === undefined ? {} : { deadline }),
    ...(isWaiting(place) && place.plan.node.kind === 'receive' && place.plan.node.when !== undefined
      ? { when: place.plan.node.when }
      : {}),
    ...(activation.kind === 'wait' && activation.until !== undefined ? { until: activation.until } : {}),
    ...(activation.kind === 'graph' || activation.kind === 'loop' ? progressOf(activation) : {}),
  };
}

function progressOf(activation: Extract<Place['activation'], { kind: 'graph' | 'loop' }>): JsonObject {
  return activation.kind === 'graph' ? { step: activation.step } : { round: activation.round };
}

function questionView(place: Place): Json {
  const question = questionOf(place);
  const { activation, at, plan } = place;
  const output = activation.phase === 'after' ? derivedOutput(plan, activation) : undefined;
  const shown = attempt(() => (question === undefined ? {} : questionInput(place, question, output)));
  return {
    callId: openCall(place) ?? null,
    at,
    ...(shown.ok ? shown.value : {}),
    ...(output === undefined ? {} : { output }),
    ...(activation.asked?.deadline === undefined ? {} : { deadline: activation.asked.deadline }),
  };
}
