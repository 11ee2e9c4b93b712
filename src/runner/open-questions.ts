import { answerRefusal, type Json, type TauError, tauError } from 'tau-core';
import { placeWords } from '../observe/place-words.js';
import { FewMap } from './few-map.js';
import type { BookedQuestion } from './run-books.js';
import type { OpenQuestion } from './stream-item.js';

/** Flows ask before a node and after it, and may ask again: the place is the same. */
const ASKED = /(?::(?:before|after))?(?::\d+)?$/;

/** The questions of a run that wait for people, as far as they are durable. */
export class OpenQuestions {
  /** As the run's books have them. */
  readonly #open = new FewMap<string, BookedQuestion>();
  readonly #runName: string | undefined;

  constructor(runName?: string) {
    this.#runName = runName;
  }

  get size(): number {
    return this.#open.size;
  }

  list(): readonly OpenQuestion[] {
    return Array.from(this.#open.entries(), ([id, question]) => this.#shown(id, question));
  }

  open(id: string, question: BookedQuestion): OpenQuestion {
    this.#open.set(id, question);
    return this.#shown(id, question);
  }

  close(id: string): OpenQuestion | undefined {
    const question = this.#open.get(id);
    this.#open.delete(id);
    return question && this.#shown(id, question);
  }

  #shown(id: string, question: BookedQuestion): OpenQuestion {
    const label = placeWords(id.replace(ASKED, ''), this.#runName);
    return { id, label, ...question };
  }

  /**
   * @throws TauError NOT_FOUND when it is not open (any more), STALE_VERSION for an answer to another version, INVALID_ARGUMENT
   * for an action that it does not offer.
   */
  check(runId: string, given: { readonly id: string; readonly version: number; readonly answer: Json }): void {
    const question = this.#open.get(given.id);
    if (question === undefined) throw notOpen(runId, given.id);
    if (question.version !== given.version) {
      const versions = `version ${given.version} of the question, which is now at version ${question.version}`;
      throw tauError('STALE_VERSION', `this answers ${versions}; read it again`);
    }
    const refusal = answerRefusal(given.id, question.actions, given.answer);
    if (refusal !== undefined) throw tauError('INVALID_ARGUMENT', refusal);
  }
}

export function notOpen(runId: string, id: string): TauError {
  return tauError('NOT_FOUND', `run ${runId} asks nothing at "${id}" (any more)`);
}
