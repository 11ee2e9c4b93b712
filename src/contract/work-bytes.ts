import type { Work } from './extension-v1.js';

/** What a frame of work costs beside its input: ids, deadlines, principal, budget. */
const WORK_FRAME_BYTES = 256;

/**
 * What a piece of work takes from a stream's byte credit. Kernel and extension both count with this function, so that
 * what is granted, taken and given back stays equal to the last unit. Text counts by UTF-16 code units, which both
 * know without encoding it.
 */
export function workBytes(work: Work): number {
  return WORK_FRAME_BYTES + work.inputJson.length + work.answerJson.length;
}
