/** One of the five fields of a cron expression. */
interface CronField {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names for its numbers, the first for `min`. */
  readonly names: readonly string[];
}

const MONTHS = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ');
const DAYS = 'SUN MON TUE WED THU FRI SAT'.split(' ');

const FIELDS: readonly CronField[] = [
  { name: 'minute', min: 0, max: 59, names: [] },
  { name: 'hour', min: 0, max: 23, names: [] },
  { name: 'day of the month', min: 1, max: 31, names: [] },
  { name: 'month', min: 1, max: 12, names: MONTHS },
  { name: 'day of the week', min: 0, max: 6, names: DAYS },
];

/** The most days that a month has. */
const MONTH_DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * What is wrong with a cron expression of five fields, as GitHub takes them; undefined when nothing is. The shortest
 * interval that it can say is a minute.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/crontab.html
 */
export function cronProblem(cron: string): string | undefined {
  if (cron.startsWith('@')) return `"${cron}" is no cron expression here: write its five fields, e.g. '0 0 * * *'`;
  const parts = cron.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) {
    const wanted = FIELDS.map(({ name }) => name).join(', ');
    const seconds = parts.length === 6 ? '; seconds cannot be told, the shortest interval is a minute' : '';
    return `a cron expression has 5 fields (${wanted}), and "${cron}" has ${parts.length}${seconds}`;
  }
  const [, , days = '*', months = '*', weekdays = '*'] = parts;
  for (const [index, field] of FIELDS.entries()) {
    const problem = fieldProblem(parts[index] ?? '', field);
    if (problem !== undefined) return `the ${field.name} of "${cron}": ${problem}`;
  }
  return weekdays === '*' && neverComes(days, months) ? `"${cron}" never comes: no such month has that day` : undefined;
}

/**
 * The same expression without what only cron itself understands: a number with a step, `20/15`, is written as the range that
 * it means, `20-59/15`. For an expression without problems.
 */
export function plainCron(cron: string): string {
  const parts = cron.trim().split(/\s+/);
  return parts.map((part, index) => plainField(part, FIELDS[index])).join(' ');
}

function plainField(text: string, field: CronField | undefined): string {
  if (field === undefined) return text;
  const items = text.split(',').map((item) => {
    const [from = '', step] = item.split('/');
    const start = step === undefined || from.includes('-') ? undefined : numberOf(from, field);
    return start === undefined ? item : `${start}-${field.max}/${step}`;
  });
  return items.join(',');
}

function fieldProblem(text: string, field: CronField): string | undefined {
  for (const item of text.split(',')) {
    const [range = '', step, ...more] = item.split('/');
    if (more.length > 0) return `"${item}" has more than one step`;
    if (step !== undefined && !(/^\d+$/.test(step) && Number(step) >= 1 && Number(step) <= field.max))
      return `the step of "${item}" must be a number from 1 to ${field.max}`;
    if (range === '*') continue;
    const [from = '', to, ...rest] = range.split('-');
    const start = numberOf(from, field);
    const end = to === undefined ? start : numberOf(to, field);
    if (rest.length > 0 || start === undefined || end === undefined) return `"${item}" must be ${expectation(field)}`;
    if (end < start) return `"${item}" runs backwards`;
  }
  return undefined;
}

function numberOf(text: string, { min, max, names }: CronField): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  if (named >= 0) return min + named;
  const number = /^\d{1,2}$/.test(text) ? Number(text) : -1;
  return number >= min && number <= max ? number : undefined;
}

function expectation({ min, max, names }: CronField): string {
  const named = names.length === 0 ? '' : ` (or ${names[0]} to ${names.at(-1)})`;
  return `*, numbers from ${min} to ${max}${named}, ranges such as ${min}-${max}, with steps such as */2, or a list of these`;
}

/** Whether each day is one that none of the months has, e.g. 30 February. Both are well formed. */
function neverComes(days: string, months: string): boolean {
  const first = Math.min(...startsOf(days, 1));
  const longest = Math.max(...monthsOf(months).map((month) => MONTH_DAYS[month - 1] ?? 31));
  return first > longest;
}

function startsOf(text: string, min: number): readonly number[] {
  return text.split(',').map((item) => (item.startsWith('*') ? min : Number.parseInt(item, 10)));
}

function monthsOf(text: string): readonly number[] {
  const month: CronField = { name: 'month', min: 1, max: 12, names: MONTHS };
  return text.split(',').flatMap((item) => {
    const [range = '', step] = item.split('/');
    const [from = '', to] = range.split('-');
    const start = numberOf(from, month) ?? 1;
    // A single number with a step runs to the end, as in cron itself.
    const end = range === '*' ? 12 : to === undefined ? (step === undefined ? start : 12) : (numberOf(to, month) ?? 12);
    const by = Number(step ?? 1);
    return Array.from({ length: Math.floor((end - start) / by) + 1 }, (_, index) => start + index * by);
  });
}
