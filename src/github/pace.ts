/** How fast writes follow one another. GitHub blocks accounts for a while that write faster than it likes. */
export interface Pace {
  /** Between two writes. */
  readonly writeIntervalMs: number;
  /** Between two writes that notify people, such as comments. */
  readonly notifyIntervalMs: number;
}

/** What GitHub asks for in its best practices, and what the throttling plugin does by default. */
const PACE_OF_GITHUB: Pace = { writeIntervalMs: 1_000, notifyIntervalMs: 3_000 };
/** GitHub Enterprise Server has no rate limits unless its administrator sets some. */
const UNPACED: Pace = { writeIntervalMs: 0, notifyIntervalMs: 0 };

const HOSTED = /(^|\.)(github\.com|ghe\.com)$/;

/** The pace that a GitHub wants, by the address of its API. */
export function paceOf(apiUrl: string): Pace {
  return HOSTED.test(new URL(apiUrl).hostname) ? PACE_OF_GITHUB : UNPACED;
}
