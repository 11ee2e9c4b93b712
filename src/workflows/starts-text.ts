import type { DefinitionView } from 'tau-core/client';

/** What starts runs of a definition. */
export type Starts = Pick<DefinitionView, 'triggers' | 'times' | 'byHand' | 'byCall'>;

const MS = { h: 3_600_000, min: 60_000, s: 1_000, ms: 1 } as const;

/** The same for people: `github.push, cron "0 3 * * *" Europe/Berlin, hand, call`; a kernel that does not say all leaves it empty. */
export function startsText({ triggers, times, byHand, byCall }: Starts): string {
  return [...triggers, ...times.map(timeText), ...(byHand ? ['hand'] : []), ...(byCall ? ['call'] : [])].join(', ');
}

function timeText(time: Starts['times'][number]): string {
  if ('cron' in time) return `cron "${time.cron}" ${time.zone}`;
  return 'at' in time ? `at ${time.at}` : `every ${periodText(time.everyMs)}`;
}

/** In the largest unit that fits without a rest. */
function periodText(everyMs: number): string {
  const [unit, ms] = Object.entries(MS).find(([, size]) => everyMs % size === 0) ?? ['ms', 1];
  return `${everyMs / ms} ${unit}`;
}
