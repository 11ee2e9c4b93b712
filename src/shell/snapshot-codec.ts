import { gunzipSync, gzipSync } from 'node:zlib';
import { type RegionImage, regionFromImage, regionImage } from '../machines/region/snapshot.js';
import type { RegionState } from '../machines/region/state.js';

/** A region's image as compressed JSON: five to ten times smaller, so that large regions fit a frame. */
export function encodeSnapshot(state: RegionState): Uint8Array {
  return gzipSync(JSON.stringify(regionImage(state)), { level: 1 });
}

/** The state of a snapshot; undefined when it was written in a form that this kernel does not know. */
export function decodeSnapshot(bytes: Uint8Array): RegionState | undefined {
  try {
    return regionFromImage(JSON.parse(gunzipSync(bytes).toString()) as RegionImage);
  } catch {
    return undefined;
  }
}
