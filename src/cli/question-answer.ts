import { answerRefusal, type Json, tauError } from 'tau-core';
import { jsonOrText } from './json-argument.js';
import { answerCommand, type OpenQuestion } from './open-questions.js';

/** How an answer was given on the command line: one of these. */
export interface GivenAnswer {
  /** JSON, or plain text. */
  readonly answer?: string | undefined;
  readonly approve?: boolean | undefined;
  /** True without a reason. */
  readonly reject?: string | true | undefined;
  readonly edit?: string | undefined;
  readonly respond?: string | undefined;
}

/**
 * The answer as its question takes it.
 *
 * @throws TauError INVALID_ARGUMENT when there is not exactly one, or the question takes no such answer.
 */
export function answerOf(given: GivenAnswer, question: OpenQuestion): Json {
  const flags = flagAnswers(given);
  const { answer } = given;
  if (flags.length + (answer === undefined ? 0 : 1) !== 1) {
    const advice = `give one: a JSON or text, --approve, --reject, --edit or --respond; ${how(question)}`;
    throw tauError(
      'INVALID_ARGUMENT',
      `${flags.length === 0 ? 'there is no answer' : 'there are several answers'}: ${advice}`,
    );
  }
  const value = flags[0] ?? jsonOrText(answer ?? '', 'the answer');
  check(value, flags.length > 0, question);
  return value;
}

function flagAnswers({ approve, reject, edit, respond }: GivenAnswer): readonly Json[] {
  return [
    ...(approve === true ? [{ action: 'approve' }] : []),
    ...(reject === undefined ? [] : [reject === true ? { action: 'reject' } : { action: 'reject', value: reject }]),
    ...(edit === undefined ? [] : [{ action: 'edit', value: jsonOrText(edit, '--edit') }]),
    ...(respond === undefined ? [] : [{ action: 'respond', value: jsonOrText(respond, '--respond') }]),
  ];
}

/** What its program would only ask again is refused here. */
function check(answer: Json, isAction: boolean, question: OpenQuestion): void {
  const { actions, questionId } = question;
  if (actions === undefined && isAction) {
    throw tauError('INVALID_ARGUMENT', `"${questionId}" takes its answer as it is, not an action: ${how(question)}`);
  }
  const refusal = answerRefusal(questionId, actions, answer);
  if (refusal !== undefined) throw tauError('INVALID_ARGUMENT', `${refusal}: ${how(question)}`);
}

function how(question: OpenQuestion): string {
  return `e.g. ${answerCommand(question)}`;
}
