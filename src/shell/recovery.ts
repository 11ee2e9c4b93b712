import { JOURNAL_LIMITS, type Journal, type JournalPage, type ReadOptions, type RegionId } from 'tau-core';
import type { RegionMachine } from '../machines/region/machine.js';
import type { RegionState } from '../machines/region/state.js';
import { eventOfRecord } from './record-codec.js';
import { decodeSnapshot } from './snapshot-codec.js';

/** A region as the journal has it. */
export interface RecoveredRegion {
  readonly state: RegionState;
  /** Position of the snapshot that the replay started from; 0 when it started from the first record. */
  readonly snapshotSeq: number;
}

/** Reads every region of a journal, one after another: the newest snapshot of each, and the records after it. */
export async function* recoverRegions(
  journal: Journal,
  machine: RegionMachine,
): AsyncGenerator<RecoveredRegion, void, undefined> {
  for (let after = ''; ; ) {
    const streams = await journal.list(after, JOURNAL_LIMITS.streamsPageMax);
    for (const { stream } of streams) yield await recoverRegion(journal, machine, stream as RegionId);
    const last = streams.at(-1);
    if (last === undefined || streams.length < JOURNAL_LIMITS.streamsPageMax) return;
    after = last.stream;
  }
}

async function recoverRegion(journal: Journal, machine: RegionMachine, id: RegionId): Promise<RecoveredRegion> {
  const snapshot = await journal.loadSnapshot(id);
  const from = snapshot === undefined ? undefined : decodeSnapshot(snapshot.state);
  const state = await replay(journal, machine, from ?? machine.initial(id));
  return { state, snapshotSeq: from?.seq ?? 0 };
}

/**
 * Folds the records after a state's position through `evolve`, up to and including `toSeq`. This is recovery.
 *
 * @throws TauError JOURNAL_CORRUPT when a record cannot be read.
 */
export async function replay(
  journal: { read(stream: string, fromSeq: number, options: ReadOptions): Promise<JournalPage> },
  machine: RegionMachine,
  from: RegionState,
  toSeq?: number,
): Promise<RegionState> {
  let state = from;
  for (let next: number | undefined = from.seq + 1; next !== undefined && next <= (toSeq ?? next); ) {
    const page = await journal.read(state.id, next, toSeq === undefined ? {} : { toSeq });
    for (const record of page.records) state = machine.evolve(state, eventOfRecord(state.id, record));
    next = page.nextSeq;
  }
  return state;
}
