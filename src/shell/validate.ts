import { tauError } from 'tau-core';
import type { RegionMachine } from '../machines/region/machine.js';
import { replay } from './recovery.js';
import type { RegionLoop } from './region-loop.js';
import { stateHash } from './state-hash.js';

export interface RegionValidation {
  readonly region: string;
  readonly seq: number;
  readonly liveHash: string;
  readonly replayedHash: string;
  readonly equal: boolean;
}

/**
 * Replays a region from its journal's first record, without snapshots, and compares the hash with the live state's.
 * The live state is taken at the start: it is immutable, so the region goes on meanwhile.
 *
 * @throws TauError CONFLICT for a volatile region, JOURNAL_CORRUPT when a record cannot be read.
 */
export async function validateRegion(machine: RegionMachine, loop: RegionLoop): Promise<RegionValidation> {
  if (!loop.store.durable)
    throw tauError('CONFLICT', `session "${loop.id}" is volatile: it has no journal to be validated against`);
  const live = loop.state;
  const replayed = await replay(loop.store, machine, machine.initial(loop.id), live.seq);
  const [liveHash, replayedHash] = [stateHash(live), stateHash(replayed)];
  return { region: loop.id, seq: live.seq, liveHash, replayedHash, equal: liveHash === replayedHash };
}
