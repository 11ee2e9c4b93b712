import { placeWords } from '../observe/place-words.js';
import type { LocalCall } from './local-call.js';
import type { RunningRun } from './local-world.js';
import type { OpenQuestion } from './stream-item.js';

/** The runs that a run waits for, by the calls that started them. */
export class ChildRuns {
  readonly #children = new Map<LocalCall, RunningRun>();
  readonly #own = new Set<RunningRun>();

  get runs(): readonly RunningRun[] {
    return [...this.#children.values()];
  }

  /** Those that nobody else waited for before. */
  get own(): readonly RunningRun[] {
    return [...this.#own];
  }

  add(call: LocalCall, child: RunningRun, isOwn: boolean): void {
    this.#children.set(call, child);
    if (isOwn) this.#own.add(child);
  }

  remove(call: LocalCall): void {
    const child = this.#children.get(call);
    if (child !== undefined) this.#own.delete(child);
    this.#children.delete(call);
  }

  of(call: LocalCall): RunningRun | undefined {
    return this.#children.get(call);
  }

  /** Their questions, behind the call by which each was started. */
  questions(): readonly OpenQuestion[] {
    return [...this.#children].flatMap(([{ effect }, child]) =>
      child.questions().map((question) => ({
        ...question,
        id: `${effect.callId}/${question.id}`,
        label: `${placeWords(effect.callId, undefined)}/${question.label}`,
      })),
    );
  }

  /** The child that a question's id is of, and its id there. */
  asking(id: string): { readonly run: RunningRun; readonly id: string } | undefined {
    for (const [{ effect }, run] of this.#children) {
      if (id.startsWith(`${effect.callId}/`)) return { run, id: id.slice(effect.callId.length + 1) };
    }
    return undefined;
  }
}
