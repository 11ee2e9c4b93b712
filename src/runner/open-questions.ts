import { isJsonObject, type Json, tauError } from 'tau-core';
import type { BookedQuestion } from './run-books.js';
import type { OpenQuestion } from './stream-item.js';

/** Answers that say nothing without a value. */
const NEED_VALUE: ReadonlySet<string> = new Set(['edit', 'respond']);

/** The questions of a run that wait for people, as far as they are durable. */
export class OpenQuestions {
  readonly #open = new Map<string, OpenQuestion>();

  get size(): number {
    return this.#open.size;
  }

  list(): readonly OpenQuestion[] {
    return [...this.#open.values()];
  }

  open(id: string, question: BookedQuestion): OpenQuestion {
    const asked = { id, ...question };
    this.#open.set(id, asked);
    return asked;
  }

  close(id: string): OpenQuestion | undefined {
    const question = this.#open.get(id);
    this.#open.delete(id);
    return question;
  }

  /**
   * @throws TauError NOT_FOUND when it is not open (any more), STALE_VERSION for an answer to another version, INVALID_ARGUMENT
   * for an action that it does not offer.
   */
  check(runId: string, given: { readonly id: string; readonly version: number; readonly answer: Json }): void {
    const question = this.#open.get(given.id);
    if (question === undefined) throw tauError('NOT_FOUND', `run ${runId} asks nothing at "${given.id}" (any more)`);
    if (question.version !== given.version) {
      const versions = `version ${given.version} of the question, which is now at version ${question.version}`;
      throw tauError('STALE_VERSION', `this answers ${versions}; read it again`);
    }
    const { actions } = question;
    if (actions === undefined) return;
    const answer = isJsonObject(given.answer) ? given.answer : {};
    const { action, value } = answer;
    if (typeof action === 'string' && actions.includes(action)) {
      if (value !== undefined || !NEED_VALUE.has(action)) return;
      throw tauError(
        'INVALID_ARGUMENT',
        `answer "${given.id}" with { "action": "${action}", "value": ... }: the value is what it is about`,
      );
    }
    throw tauError('INVALID_ARGUMENT', `answer "${given.id}" with { "action": ... }, one of ${actions.join(', ')}`);
  }
}
