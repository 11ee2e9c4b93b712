import { isJsonObject, type Json, type JsonObject } from 'tau-core';
import { report, type Spot, within } from './check-scope.js';
import {
  type Check,
  checkMembers,
  list,
  literal,
  type Members,
  may,
  memberOf,
  must,
  object,
  oneOf,
  textTemplateCheck,
  whole,
} from './check-value.js';
import { DURATION_MS_MAX } from './limits.js';
import { listed } from './listed.js';
import { DEFAULT_ACTIONS } from './question-actions.js';

const ANSWER_ACTIONS = ['approve', 'edit', 'respond', 'reject'];

/** The members of a question. */
export const QUESTION: Members = {
  question: must(textTemplateCheck, 'write what is asked, e.g. "Publish it?"'),
  actions: may(list(oneOf(...ANSWER_ACTIONS), { min: 1, unique: true })),
  schema: may(literal),
  deadlineMs: may(whole(1, DURATION_MS_MAX, ' milliseconds')),
  default: may(object({ action: must(oneOf(...ANSWER_ACTIONS), 'e.g. "approve"'), value: may(literal) })),
};

/** A question at one place: its answers must make sense there, and its default must be one of them. */
export function question(at: keyof typeof DEFAULT_ACTIONS): Check {
  return (value, spot) => {
    if (checkMembers(value, spot, QUESTION)) checkAnswers(value, spot, at);
  };
}

/** What of a question's answers cannot be. */
export function checkAnswers(question: JsonObject, spot: Spot, at: keyof typeof DEFAULT_ACTIONS): void {
  const possible: readonly Json[] = DEFAULT_ACTIONS[at];
  const actions = memberOf(question, 'actions');
  const allowed = Array.isArray(actions) ? (actions as readonly Json[]) : possible;
  for (const [index, action] of allowed.entries()) {
    if (typeof action === 'string' && ANSWER_ACTIONS.includes(action) && !possible.includes(action)) {
      const message = `"${action}" cannot be answered here: take ${listed(DEFAULT_ACTIONS[at])}`;
      report(within(within(spot, 'actions'), index), message);
    }
  }
  const answer = memberOf(question, 'default');
  const action = typeof answer === 'object' && answer !== null && 'action' in answer ? answer.action : undefined;
  if (typeof action === 'string' && ANSWER_ACTIONS.includes(action) && !allowed.includes(action)) {
    const message = `the default answer "${action}" is none of "actions": add it there, or take another`;
    report(within(within(spot, 'default'), 'action'), message);
  }
  if ((action === 'edit' || action === 'respond') && isJsonObject(answer) && memberOf(answer, 'value') === undefined)
    report(within(spot, 'default'), `"value" is missing: "${action}" goes on with it; null if there is none`);
  const deadline = memberOf(question, 'deadlineMs');
  if (answer !== undefined && deadline === undefined) {
    report(within(spot, 'default'), 'a default answer is taken after "deadlineMs": add that, or leave "default" out');
  }
}
