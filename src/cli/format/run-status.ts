import type { RunStatusName } from 'tau-core/client';
import type { Colours } from './colours.js';

/** A status in its colour. */
export function statusColour(colours: Colours, status: RunStatusName): (text: string) => string {
  switch (status) {
    case 'succeeded':
      return colours.green;
    case 'failed':
      return colours.red;
    case 'running':
      return colours.cyan;
    case 'paused':
    case 'cancelling':
      return colours.yellow;
    case 'cancelled':
    case 'unknown':
      return colours.dim;
  }
}
