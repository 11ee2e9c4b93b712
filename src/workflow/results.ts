import type { JobResult } from './state.js';

/** What jobs come to together: one that failed counts most; those that were skipped count only if all were. */
export function resultOf(results: readonly JobResult[]): JobResult {
  if (results.includes('failure')) return 'failure';
  if (results.includes('cancelled')) return 'cancelled';
  return results.every((result) => result === 'skipped') ? 'skipped' : 'success';
}
