const two = (value: number): string => String(value).padStart(2, '0');

/** The local time of day, to the millisecond: `09:45:54.123`. */
export function timeOfDay(ms: number): string {
  const time = new Date(ms);
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':');
  return `${clock}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

/** The local date and time, to the second: `2026-11-20 09:45:54`. */
export function dateAndTime(ms: number): string {
  const time = new Date(ms);
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())} ${timeOfDay(ms).slice(0, 8)}`;
}
