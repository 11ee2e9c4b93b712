import type { TriggerFilter } from './definition.js';
import { parseGlob } from './glob.js';
import { asTexts, type Field, positionOf, type Reading } from './reading.js';
import { FILTER_MEMBERS, type FilterKey, filtersOf, isFilterKey } from './trigger-filters.js';

/** More patterns in one filter would make matching each event slow. */
export const PATTERNS_MAX = 500;

/** Filters whose entries are names and no patterns. */
const NAMES: ReadonlySet<FilterKey> = new Set<FilterKey>(['workflows', 'labels']);

type Narrowing = Omit<TriggerFilter, 'event' | 'types'>;

/** Reads what narrows a trigger besides its types. */
export function readFilters(reading: Reading, event: string, fields: ReadonlyMap<string, Field>): Narrowing {
  const allowed = filtersOf(event);
  const narrowing: { [member: string]: readonly string[] } = {};
  for (const [key, field] of fields) {
    if (!isFilterKey(key)) continue;
    if (!allowed.includes(key)) {
      reading.findings.add(positionOf(field.key), refusal(event, key, allowed));
      continue;
    }
    checkPair(reading, key, fields, field);
    narrowing[FILTER_MEMBERS[key]] = readPatterns(reading, key, field);
  }
  return narrowing;
}

function refusal(event: string, key: FilterKey, allowed: readonly FilterKey[]): string {
  if (event === 'pull_request' && (key === 'paths' || key === 'paths-ignore')) {
    const instead = 'let a first job list the files with an action, and the others go on by its outputs';
    return `"${key}" of pull_request is not supported, since the event does not name the changed files: ${instead}`;
  }
  const others = ['types', ...allowed].join(', ');
  return `"${event}" cannot be narrowed by "${key}": it takes ${others}; or write it as the condition of a job`;
}

function checkPair(reading: Reading, key: FilterKey, fields: ReadonlyMap<string, Field>, field: Field): void {
  if (!fields.has(`${key}-ignore`)) return;
  const advice = `leave "${key}-ignore" out, and write what it has under "${key}" with "!" in front`;
  reading.findings.add(positionOf(field.key), `"${key}" and "${key}-ignore" exclude each other: ${advice}`);
}

function readPatterns(reading: Reading, key: FilterKey, field: Field): readonly string[] {
  const texts = asTexts(reading, field.value, `"${key}"`);
  if (texts.length === 0) reading.findings.add(positionOf(field.value), `"${key}" is empty: leave it out`);
  if (texts.length > PATTERNS_MAX)
    reading.findings.add(positionOf(field.value), `"${key}" may have ${PATTERNS_MAX} entries`);
  if (NAMES.has(key)) return texts.map(([text]) => text);
  for (const [text, token] of texts) {
    const parsed = parseGlob(text);
    if (!parsed.ok) reading.findings.add(positionOf(token), parsed.problem);
  }
  if (texts.length > 0 && texts.every(([text]) => text.startsWith('!'))) {
    const advice = `"!" takes out what a pattern before it took in: write such a pattern first, e.g. '**'`;
    reading.findings.add(positionOf(field.value), `"${key}" takes nothing in: ${advice}`);
  }
  return texts.map(([text]) => text);
}
