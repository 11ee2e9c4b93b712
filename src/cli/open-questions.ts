import { isJsonObject, type Json } from 'tau-core';
import type { RunView } from 'tau-core/client';

/** A question that a run waits on, and how it may be answered. */
export interface OpenQuestion {
  readonly runId: string;
  readonly sessionId: string;
  readonly definitionName: string;
  readonly questionId: string;
  readonly version: number;
  readonly text: string;
  readonly askedMs: number;
  /** JSON Schema of the answer, or, where there are actions, of an action's value. */
  readonly schema?: Json;
  /** Answers are `{ "action": one of these, "value"?: ... }`; absent accepts any JSON. */
  readonly actions?: readonly string[];
}

/** What a run asks now. */
export function openQuestions({ runId, sessionId, definitionName, interrupts }: RunView): readonly OpenQuestion[] {
  return interrupts.map(({ interruptId, version, question, askedMs, answerSchema, actions }) => ({
    runId,
    sessionId,
    definitionName,
    questionId: interruptId,
    version,
    text: question,
    askedMs,
    ...(answerSchema !== undefined && { schema: answerSchema }),
    ...(actions !== undefined && { actions }),
  }));
}

/** How an answer is given, for people: the actions, the schema in short, or that anything goes. */
export function answersText({ actions, schema }: Pick<OpenQuestion, 'actions' | 'schema'>): string {
  if (actions) return actions.join(', ');
  if (!isJsonObject(schema)) return 'any JSON';
  const { type, enum: choices } = schema;
  if (Array.isArray(choices)) return choices.map((choice) => JSON.stringify(choice)).join(' or ');
  return typeof type === 'string' ? `JSON: ${type}` : 'JSON by its schema';
}

/** The command that answers a question, with what is simplest. */
export function answerCommand({
  runId,
  questionId,
  actions,
}: Pick<OpenQuestion, 'runId' | 'questionId' | 'actions'>): string {
  const how = !actions
    ? "'<answer>'"
    : actions.includes('approve')
      ? '--approve'
      : `--${actions[0] ?? 'respond'} '<json>'`;
  return `tau answer ${runId} ${shellWord(questionId)} ${how}`;
}

/** Ids have characters that shells read otherwise: `$root`, `research[3]`. */
export function shellWord(text: string): string {
  return /^[\w.@:/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
