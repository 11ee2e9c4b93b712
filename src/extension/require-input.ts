import { z } from 'zod';
import type { Json, JsonObject } from '../vocabulary/json.js';

/** Thrown through a handler by `requireInput`; handlers let it pass. */
export class InputRequired extends Error {
  readonly question: string;
  readonly answerSchema: Json | undefined;

  constructor(question: string, answerSchema: Json | undefined) {
    super(`input required: ${question}`);
    this.name = 'InputRequired';
    this.question = question;
    this.answerSchema = answerSchema;
  }
}

/**
 * Ends this attempt with a question to a person. The question is durable and no process waits for it: the answer
 * starts a new attempt, which finds it as `context.answer`.
 *
 * @param answer What the answer must look like: a zod schema or a JSON Schema; absent takes any JSON.
 */
export function requireInput(question: string, answer?: z.ZodType | JsonObject): never {
  throw new InputRequired(question, answer instanceof z.ZodType ? jsonSchemaOf(answer) : answer);
}

/** The JSON Schema of what a zod schema takes in. What JSON Schema cannot say is left open. */
export function jsonSchemaOf(schema: z.ZodType): JsonObject {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonObject;
}
