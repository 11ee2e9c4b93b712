import type { Json, JsonObject } from 'tau-core';

/** What a handler throws to ask a person: `requireInput` of this door, or the one of `tau-core/extension`. */
export interface InputRequest {
  readonly question: string;
  readonly answerSchema?: Json | undefined;
}

const NAME = 'InputRequired';

class InputRequired extends Error implements InputRequest {
  readonly question: string;
  readonly answerSchema: Json | undefined;

  constructor(question: string, answerSchema: Json | undefined) {
    super(`input required: ${question}`);
    this.name = NAME;
    this.question = question;
    this.answerSchema = answerSchema;
  }
}

/**
 * Ends this try with a question to a person. The question is stored with the run, and no function waits for it: the answer
 * starts another try, which finds it as `context.answer`.
 *
 * @param answerSchema JSON Schema of the answer, for whoever shows the question; absent takes any JSON.
 */
export function requireInput(question: string, answerSchema?: JsonObject): never {
  throw new InputRequired(question, answerSchema);
}

/** Whether a thrown value asks a person. By name: the extension SDK has a class of its own, which a local run need not load. */
export function isInputRequest(thrown: unknown): thrown is InputRequest {
  return thrown instanceof Error && thrown.name === NAME && 'question' in thrown && typeof thrown.question === 'string';
}
