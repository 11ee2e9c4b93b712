import { type Executable, tauError } from 'tau-core';
import type { JsonChange } from '../versioning/diff-json.js';
import type { Replayed } from '../versioning/replay-run.js';
import type { LocalOptions } from './local-options.js';
import type { LocalRun } from './local-run.js';
import { worldOf } from './local-world.js';
import type { AnyLanguage } from './own-languages.js';
import { type DeadLetter, deadLetters, type Requeued, requeueLetter } from './requeue.js';
import { type ForkOptions, forkRun } from './run-fork.js';
import type { RunHeader } from './run-header.js';
import type { RunStore } from './store/run-store.js';
import { type Checkpoint, type RunListing, type RunMoment, StoredRuns } from './stored-runs.js';

/** The runs of a store: their history, and what can be done with it. */
export interface OpenRuns {
  /** In ascending order of their ids. */
  list(page?: { readonly after?: string; readonly runsMax?: number }): Promise<readonly RunListing[]>;
  /** @throws TauError NOT_FOUND */
  header(runId: string): Promise<RunHeader>;
  /** Oldest first; 1,000 a page unless it says otherwise. */
  checkpoints(
    runId: string,
    page?: { readonly fromSeq?: number; readonly checkpointsMax?: number },
  ): Promise<readonly Checkpoint[]>;
  /** Any moment of its past; `seq` 0 is before it began, absent is now. */
  at(runId: string, seq?: number): Promise<RunMoment>;
  /**
   * Decides a run's inputs again, under this definition, and compares: whether it would have gone the same way, and if not, where it
   * would have parted. `upTo` is the last record that is looked at.
   */
  replay<Definition, State, Event>(
    executable: Executable<Definition, State, Event>,
    runId: string,
    options?: { readonly beganUnder?: Definition; readonly upTo?: number },
  ): Promise<Replayed<State>>;
  /** How the view (or the whole state) differs between two moments. */
  diff(runId: string, seqA: number, seqB: number, of?: 'view' | 'state'): Promise<readonly JsonChange[]>;
  /**
   * A new run that goes on from a moment of another one, which stays as it is. Calls that were open then are made, under the new
   * run's own idempotency keys.
   *
   * @throws TauError CONFLICT when the run had ended by then or is bound to another definition, PROGRAM_TAKES_NO_INPUT for an edit that
   * its program does not understand.
   */
  fork<Definition, State, Event>(
    executable: Executable<Definition, State, Event>,
    runId: string,
    options: ForkOptions,
  ): Promise<LocalRun<Definition, State, Event>>;
  /** Calls whose tries were used up, and that were not made again since. */
  deadLetters(): Promise<readonly DeadLetter[]>;
  /**
   * Makes such a call again, with all its tries. Where its run waits for it (`deadLetters: 'hold'`) the run goes on: `continued`,
   * with the run if this process did not have it before. Where its program was told of the failure, a new run takes over
   * from just before that: `forked`. Either way the letter is one no longer.
   *
   * @throws TauError NOT_FOUND when there is no such letter (any more).
   */
  requeue<Definition, State, Event>(
    executable: Executable<Definition, State, Event>,
    letter: { readonly runId: string; readonly callId: string },
    options: LocalOptions,
  ): Promise<Requeued<Definition, State, Event>>;
  /** Nothing is left of the run. @throws TauError CONFLICT while this process has it. */
  delete(runId: string): Promise<void>;
}

/**
 * Looks into a store. `languages` are those of the programs whose runs are looked at in full, beside TAU's own: workflows, flows,
 * schedules and hubs. One of the kind of one of these takes its place, such as flows with reducers of their own.
 */
export function openRuns(
  store: RunStore,
  { languages = [] }: { readonly languages?: readonly AnyLanguage[] } = {},
): OpenRuns {
  return new RunsOfStore(store, languages);
}

class RunsOfStore extends StoredRuns implements OpenRuns {
  fork<Definition, State, Event>(
    executable: Executable<Definition, State, Event>,
    runId: string,
    options: ForkOptions,
  ): Promise<LocalRun<Definition, State, Event>> {
    return forkRun(this, executable, { runId }, options);
  }

  deadLetters(): Promise<readonly DeadLetter[]> {
    return deadLetters(this);
  }

  requeue<Definition, State, Event>(
    executable: Executable<Definition, State, Event>,
    letter: { readonly runId: string; readonly callId: string },
    options: LocalOptions,
  ): Promise<Requeued<Definition, State, Event>> {
    return requeueLetter(this, executable, letter, options);
  }

  async delete(runId: string): Promise<void> {
    if (worldOf(this.store).has(runId)) {
      throw tauError('CONFLICT', `run ${runId} is under way in this process: cancel it, or let go of it, first`);
    }
    await this.store.delete(runId);
  }
}
