import { type PlacedEvent, parseHlc } from 'tau-core';
import type { SubscriptionItem } from 'tau-core/client';
import type { Colours } from './colours.js';
import { timeOfDay } from './time.js';

const SEQ_CHARS = 6;

/** What a session's subscription gave, as a line for people. */
export function eventLine(session: string, item: SubscriptionItem, colours: Colours): string {
  if (item.kind === 'gap') {
    return colours.yellow(`${' '.repeat(SEQ_CHARS)}  ${session}: events ${item.fromSeq} to ${item.toSeq} are lost`);
  }
  const { event } = item;
  const place = colours.dim(`${String(event.regionSeq).padStart(SEQ_CHARS)}  ${placedAt(event)}  ${session}`);
  return [place, typeText(event, colours), event.subject ?? ''].join('  ').trimEnd();
}

/** What the kernel tells of itself is quieter than what came from outside. */
function typeText({ type, echo }: PlacedEvent, colours: Colours): string {
  const shown = type.startsWith('tau.') ? colours.dim(type) : type;
  return echo ? `${shown} ${colours.dim('(own change)')}` : shown;
}

function placedAt({ hlc }: PlacedEvent): string {
  const stamp = parseHlc(hlc);
  return stamp === undefined ? '--:--:--.---' : timeOfDay(stamp.wallMs);
}
