/** A duration for people: `0 ms`, `950 ms`, `12.3 s`, `4 min 5 s`, `3 h 12 min`, `2 d 4 h`. */
export function durationText(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  if (whole < 1_000) return `${whole} ms`;
  if (whole < MINUTE) return `${(Math.floor(whole / 100) / 10).toFixed(1)} s`;
  if (whole < HOUR) return pair(whole, { of: MINUTE, name: 'min' }, { of: 1_000, name: 's' });
  if (whole < DAY) return pair(whole, { of: HOUR, name: 'h' }, { of: MINUTE, name: 'min' });
  return pair(whole, { of: DAY, name: 'd' }, { of: HOUR, name: 'h' });
}

interface Unit {
  readonly of: number;
  readonly name: string;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function pair(ms: number, large: Unit, small: Unit): string {
  const rest = Math.floor((ms % large.of) / small.of);
  const first = `${Math.floor(ms / large.of)} ${large.name}`;
  return rest === 0 ? first : `${first} ${rest} ${small.name}`;
}
