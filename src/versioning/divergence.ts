import { type ErrorData, errorData, isJsonObject, type Json, type JsonObject, type ProgramInput } from 'tau-core';
import { changeText, diffJson, isSameJson, type JsonChange, shortJson } from './diff-json.js';

/** Where a run would have gone another way. */
export interface Divergence {
  /** Of the record. */
  readonly seq: number;
  readonly timeMs: number;
  /** The first difference, as a JSON Pointer into `recorded` and `decided`, e.g. `/events/1/node`. */
  readonly at: string;
  /** What it had done: `events`, and `effects` or `calls` and `cancelled`. */
  readonly recorded: JsonObject;
  /** What it would do now: the same members; or `failure`, a text, when the program threw. */
  readonly decided: JsonObject;
  /** For people, several lines: which decision, both sides event by event, and what to do. Bounded, see LINES_MAX. */
  readonly text: string;
}

/** Each side's events and effects that a text has in full; of more it says how many. */
const LINES_MAX = 20;
const CHANGES_SHOWN = 10;
const LINE_CHARS_MAX = 200;

const ADVICE = [
  'What to do, one of these:',
  '- leave the run with the version that it began with: hosts do so by themselves, and new runs take the new one;',
  "- guard the change by a patch marker (`patches` and `patched('...')` of flows), so that only new runs see it;",
  '- bring the run over by `migrateRun`, which changes its state instead of its past.',
];

interface DecisionName {
  readonly seq: number;
  readonly timeMs: number;
  readonly input: ProgramInput;
}

/** Describes two sides that differ. */
export function divergenceOf(of: DecisionName, recorded: JsonObject, decided: JsonObject): Divergence {
  const { seq, timeMs } = of;
  const head = `decision ${seq}, on ${inputText(of.input)}, comes out otherwise`;
  if (typeof decided['failure'] === 'string') {
    const lines = [`${head}: the program fails: ${decided['failure']}`, 'It had done:', ...sideLines(recorded)];
    return { seq, timeMs, at: '', recorded, decided, text: [...lines, ...ADVICE].join('\n') };
  }
  // By side, events first: they are what the state is made of.
  const changes = Object.keys(recorded).flatMap((side) =>
    diffJson({ [side]: recorded[side] }, { [side]: decided[side] }),
  );
  const at = changes[0]?.pointer ?? '';
  const lines = [`${head}, first at ${at}:`, ...comparison(recorded, decided)];
  const shown = changes.slice(0, CHANGES_SHOWN).map((change: JsonChange) => `  ${changeText(change)}`);
  const more = changes.length > CHANGES_SHOWN ? [`  and ${changes.length - CHANGES_SHOWN} more`] : [];
  return {
    seq,
    timeMs,
    at,
    recorded,
    decided,
    text: [...lines, 'In detail:', ...shown, ...more, ...ADVICE].join('\n'),
  };
}

/** A divergence as an error of the catalogue. Its details are small: `seq`, `at`, and the text. */
export function divergenceError({ seq, at, text }: Divergence): ErrorData {
  const message = text.split('\n')[0] ?? text;
  return errorData('REPLAY_DIVERGED', message, { details: { seq, at, text } });
}

/** Both sides in order: what is equal with two spaces before it, what was with `-`, what would be with `+`. */
function comparison(recorded: JsonObject, decided: JsonObject): readonly string[] {
  const lines: string[] = [];
  for (const side of Object.keys(recorded)) {
    const [was, is] = [listOf(recorded, side), listOf(decided, side)];
    const length = Math.max(was.length, is.length);
    for (let index = 0; index < length; index += 1) {
      const name = `${side}[${index}]`;
      const [before, after] = [was[index], is[index]];
      if (isSameJson(before, after)) lines.push(`    ${name} ${itemText(before)}`);
      else {
        if (before !== undefined) lines.push(`  - ${name} ${itemText(before)}`);
        if (after !== undefined) lines.push(`  + ${name} ${itemText(after)}`);
      }
    }
  }
  return bounded(lines);
}

function sideLines(side: JsonObject): readonly string[] {
  return bounded(
    Object.keys(side).flatMap((name) =>
      listOf(side, name).map((item, index) => `  ${name}[${index}] ${itemText(item)}`),
    ),
  );
}

/** Around the first line that differs, so that a long decision shows what matters. */
function bounded(lines: readonly string[]): readonly string[] {
  if (lines.length <= LINES_MAX) return lines;
  const first = Math.max(0, lines.findIndex((line) => /^ {2}[-+]/.test(line)) - LEAD_LINES);
  const shown = lines.slice(first, first + LINES_MAX);
  const after = lines.length - first - shown.length;
  return [
    ...(first > 0 ? [`    ... ${first} before, which are equal`] : []),
    ...shown,
    ...(after > 0 ? [`    ... ${after} more`] : []),
  ];
}

const LEAD_LINES = 3;

/** The type first, which is what people look for. */
function itemText(item: Json | undefined): string {
  if (!isJsonObject(item)) return shortJson(item ?? null, LINE_CHARS_MAX);
  const { type, ...rest } = item;
  return `${typeof type === 'string' ? `${type} ` : ''}${shortJson(rest, LINE_CHARS_MAX)}`;
}

function inputText(input: ProgramInput): string {
  switch (input.type) {
    case 'callSettled':
      return `the end (${input.outcome.kind}) of call ${input.callId}`;
    case 'lockGranted':
      return `the grant of lock ${input.lockId}`;
    case 'lockRevoked':
      return `the loss of lock ${input.lockId}`;
    case 'begin':
      return 'its beginning';
    default:
      return `"${input.type}"`;
  }
}

function listOf(side: JsonObject, name: string): readonly Json[] {
  const list = side[name];
  return Array.isArray(list) ? list : [];
}
