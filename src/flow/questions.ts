import { errorData, HOST_CAPABILITIES, isJsonObject, type Json, type JsonObject, later, type Outcome } from 'tau-core';
import { attempt } from '../expression/expression.js';
import type { Writable } from '../workflow/writable.js';
import { openCall, openLock } from './call-ids.js';
import { problemOf } from './call-problem.js';
import type { Answer, AnswerAction } from './definition.js';
import type { Draft } from './draft.js';
import { complete, fail, outputError } from './ending.js';
import type { FlowEvent } from './event.js';
import type { QuestionPlan } from './node-plan.js';
import type { Place } from './place.js';
import { FlowScope } from './scope.js';
import { derivedOutput } from './start-activation.js';
import { sizeError, sizeOf } from './value-size.js';

/** How often a question is asked before answers that are none fail its node. */
const ASKS_MAX = 10;

const ACTIONS: readonly string[] = ['approve', 'edit', 'respond', 'reject'] satisfies readonly AnswerAction[];

/** The question that a place asks now, or would. */
export function questionOf({ plan, activation }: Place): QuestionPlan | undefined {
  if (activation.phase === 'before') return plan.before;
  if (activation.phase === 'after') return plan.after;
  return plan.kind === 'ask' ? plan.ask : undefined;
}

/** Asks what a node asks before it starts, or what an ask node is there for. */
export function ask(draft: Draft, place: Place): void {
  const question = questionOf(place);
  if (question === undefined) return;
  open(draft, place, question, { type: 'Asked', at: place.at });
}

/** Ends a node that has run, with an output or what its state has. Its question comes before that counts, if it has one. */
export function conclude(draft: Draft, place: Place, output?: Json): void {
  const { after } = place.plan;
  if (after === undefined) return complete(draft, place, output);
  const tooLarge = outputError(draft, place, output);
  if (tooLarge !== undefined) return fail(draft, place, tooLarge);
  const event: Writable<AskedEvent> = { type: 'Asked', at: place.at, after: true };
  if (output !== undefined) event.output = output;
  open(draft, place, after, event);
}

type AskedEvent = Extract<FlowEvent, { type: 'Asked' }>;

function open(draft: Draft, place: Place, question: QuestionPlan, event: Writable<AskedEvent>): void {
  const output = event.after === true ? concluded(place, event.output) : undefined;
  const input = attempt(() => questionInput(place, question, output));
  if (!input.ok) return fail(draft, place, input.error);
  const tooLarge = sizeError(sizeOf(input.value), 'its question');
  if (tooLarge !== undefined) return fail(draft, place, tooLarge);
  // Only a question that is asked again keeps its deadline: the one after an ask comes behind that one's own.
  const isAgain = (event.after === true) === (place.activation.phase === 'after');
  const deadline = isAgain ? place.activation.asked?.deadline : undefined;
  if (deadline !== undefined) event.deadline = deadline;
  else if (question.deadlineMs !== undefined) event.deadline = later(draft.now, question.deadlineMs);
  // Nobody else is to wait for a person: the lock is given back before the question after its node.
  const lock = event.after === true ? openLock(place) : undefined;
  if (lock !== undefined) draft.releaseLock(lock);
  draft.happen(event);
  const asked = draft.place(place.at);
  const callId = asked && openCall(asked);
  if (callId !== undefined) draft.ask({ type: 'call', callId, capability: HOST_CAPABILITIES.ask, input: input.value });
}

/** What a node has ended with: null is an output, too. */
function concluded({ plan, activation }: Place, output: Json | undefined): Json {
  return output === undefined ? derivedOutput(plan, activation) : output;
}

/** What a person is shown. */
export function questionInput(place: Place, question: QuestionPlan, output: Json | undefined): JsonObject {
  const text = question.question(new FlowScope(place, output === undefined ? {} : { output }));
  // One list for all that ask this: runs may wait by the hundred thousand.
  const { actions } = question;
  return question.schema === undefined
    ? { question: text, actions }
    : { question: text, schema: question.schema, actions };
}

/** Takes what came of a question. An answer that is none is asked for again, by a call of another id. */
export function settleQuestion(draft: Draft, place: Place, outcome: Outcome): void {
  const question = questionOf(place);
  if (question === undefined) return;
  if (outcome.kind !== 'ok') return fail(draft, place, problemOf(outcome));
  const answer = readAnswer(outcome.output, question);
  if (answer !== undefined) return takeAnswer(draft, place, answer);
  const times = place.activation.asked?.times ?? 1;
  if (times < ASKS_MAX) {
    const event: Writable<AskedEvent> = { type: 'Asked', at: place.at };
    if (place.activation.phase === 'after') event.after = true;
    return open(draft, place, question, event);
  }
  const actions = question.actions.join(', ');
  const message = `${ASKS_MAX} answers were none: an answer is { "action": one of ${actions}, "value"?: ... }; edit and respond have a value`;
  fail(draft, place, errorData('STEP_FAILED', message));
}

function readAnswer(output: Json, question: QuestionPlan): Answer | undefined {
  if (!isJsonObject(output)) return undefined;
  const { action, value } = output;
  if (!isAction(action) || !question.actions.includes(action)) return undefined;
  if (value === undefined) return action === 'edit' || action === 'respond' ? undefined : { action };
  return { action, value };
}

function isAction(action: Json | undefined): action is AnswerAction {
  return typeof action === 'string' && ACTIONS.includes(action);
}

/** Takes the default answer when nobody has answered in time. */
export function expireQuestion(draft: Draft, place: Place): void {
  const answer = questionOf(place)?.default;
  const call = openCall(place);
  if (call !== undefined) draft.withdrawCall(call, 'nobody has answered in time');
  if (answer === undefined) return fail(draft, place, errorData('WORK_DEADLINE', NOT_ANSWERED));
  takeAnswer(draft, place, answer);
}

const NOT_ANSWERED =
  'nobody has answered in time: raise "deadlineMs" of the question, or give it a "default" that is taken then';

function takeAnswer(draft: Draft, place: Place, { action, value }: Answer): void {
  const { at, activation } = place;
  if (action === 'reject') {
    const why =
      value === undefined || value === null ? '' : `: ${typeof value === 'string' ? value : JSON.stringify(value)}`;
    return fail(draft, place, errorData('STEP_FAILED', `it was rejected${why}`));
  }
  if (activation.phase === 'before' && action !== 'respond') {
    draft.happen({ type: 'Answered', at, ...(action === 'edit' && value !== undefined ? { input: value } : {}) });
    draft.push('enter', at);
    return;
  }
  if (activation.phase === 'after') return complete(draft, place, action === 'approve' ? undefined : (value ?? null));
  // Who answers in place of a node has looked at the output already.
  if (activation.phase === 'before') return complete(draft, place, value ?? null);
  conclude(draft, place, value ?? null);
}
