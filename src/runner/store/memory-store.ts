import { tauError } from 'tau-core';
import type { RunAppend, RunStore, StoredFrame, StoredRecord, StoredRun } from './run-store.js';

interface KeptRun {
  readonly header: string;
  status: string;
  readonly texts: string[];
  readonly frames: Map<number, string>;
}

/** Runs in this process's memory: for tests, and for time travel over what need not survive. Durable at once. */
export function memoryStore(): RunStore {
  return new MemoryStore();
}

class MemoryStore implements RunStore {
  readonly #runs = new Map<string, KeptRun>();
  readonly #definitions = new Map<string, string>();

  append({ runId, expectedSeq, records, frames, header, definition, status }: RunAppend): undefined {
    const run = this.#runs.get(runId) ?? (header === undefined ? undefined : emptyRun(header));
    const lastSeq = run?.texts.length;
    if (run === undefined || lastSeq !== expectedSeq || (header !== undefined && this.#runs.has(runId))) {
      throw conflict(runId, expectedSeq, this.#runs.get(runId)?.texts.length);
    }
    this.#runs.set(runId, run);
    for (const { text } of records) run.texts.push(text);
    for (const { seq, text } of frames) run.frames.set(seq, text);
    if (status !== undefined) run.status = status;
    if (definition !== undefined) this.#definitions.set(definition.key, definition.text);
    return undefined;
  }

  find(runId: string): StoredRun | undefined {
    const run = this.#runs.get(runId);
    return run && { runId, header: run.header, status: run.status, lastSeq: run.texts.length };
  }

  definition(key: string): string | undefined {
    return this.#definitions.get(key);
  }

  records(runId: string, fromSeq: number, toSeq: number): readonly StoredRecord[] {
    const from = Math.max(1, fromSeq);
    const texts = this.#runs.get(runId)?.texts.slice(from - 1, Math.max(toSeq, 0)) ?? [];
    return texts.map((text, index) => ({ seq: from + index, text }));
  }

  frames(runId: string, seqs: readonly number[]): readonly StoredFrame[] {
    const frames = this.#runs.get(runId)?.frames;
    return [...seqs]
      .sort((a, b) => a - b)
      .flatMap((seq) => {
        const text = frames?.get(seq);
        return text === undefined ? [] : [{ seq, text }];
      });
  }

  list(after: string, runsMax: number): readonly StoredRun[] {
    const ids = [...this.#runs.keys()].filter((id) => id > after).sort();
    return ids.slice(0, runsMax).flatMap((id) => this.find(id) ?? []);
  }

  delete(runId: string): void {
    this.#runs.delete(runId);
  }

  close(): void {
    // There is nothing to let go of: the runs live as long as the store does.
  }
}

function emptyRun(header: string): KeptRun {
  return { header, status: '', texts: [], frames: new Map() };
}

/** What every store says of an append that does not fit. */
export function conflict(runId: string, expectedSeq: number, lastSeq: number | undefined): Error {
  const found = lastSeq === undefined ? 'is not in the store (any more)' : `is at ${lastSeq} already`;
  return tauError(
    'JOURNAL_CONFLICT',
    `run ${runId} was to go on after record ${expectedSeq}, but ${found}: another process has it; stop this one`,
  );
}
