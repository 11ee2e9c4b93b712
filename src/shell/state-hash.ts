import { createHash } from 'node:crypto';
import { canonicalJson, type Json } from 'tau-core';
import { regionImage } from '../machines/region/snapshot.js';
import type { RegionState } from '../machines/region/state.js';

/** SHA-256 of a region's canonical image, in hex: equal for equal states, live or replayed, on any machine. */
export function stateHash(state: RegionState): string {
  return createHash('sha256')
    .update(canonicalJson(regionImage(state) as unknown as Json))
    .digest('hex');
}
