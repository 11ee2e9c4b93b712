/** GitHub's limit of a whole run: 35 days. */
export const TIMEOUT_MINUTES_MAX = 35 * 24 * 60;

/** Whether a number can be a `timeout-minutes`: positive, fractions allowed. */
export function isTimeoutMinutes(minutes: number): boolean {
  return minutes > 0 && minutes <= TIMEOUT_MINUTES_MAX;
}
