import { SYNTAX_TABLE } from '../../src/workflow/syntax-table.js';

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export type Random = () => number;

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function below(max: number, random: Random): number {
  return Math.floor(random() * max);
}

function oneOf<T>(items: readonly T[], random: Random): T {
  const item = items[below(items.length, random)];
  if (item === undefined) throw new Error('there is nothing to choose from');
  return item;
}

/** Pieces of YAML and of expressions that are likely to hurt. */
export const PIECES = [
  ...[
    '${{',
    '}}',
    "'",
    '"',
    '&a ',
    '*a',
    '<<: *a',
    '!!binary x',
    '!!set ',
    '!x',
    '? ',
    ': ',
    '- ',
    '| ',
    '>-\n',
    '{',
    '}',
  ],
  ...[
    '[',
    ']',
    '#',
    '\t',
    '\r\n',
    '\u0000',
    '\u2028',
    '\ud800',
    '---\n',
    '...\n',
    '%YAML 1.1\n',
    '__proto__: 1\n',
    '\ufeff',
  ],
  ...[
    'constructor: {}\n',
    'on:',
    'jobs:',
    'steps:',
    'needs: [a, b]',
    'if: ',
    'run: x',
    'uses: ./x',
    '1e999',
    '-0',
    '.inf',
  ],
  ...[
    '.nan',
    '0x1F',
    '~',
    'y',
    'github.',
    '[*]',
    '!',
    '&& ',
    "fromJSON('",
    'format(',
    'toJSON(github)',
    'always()',
    '\u0131',
  ],
  ...[
    'secrets.A',
    'secrets',
    '${{ secrets.A }}',
    '${{ matrix }}',
    'inherit',
    'read-all',
    '**',
    '[a-',
    '+',
    '* * * * *',
    '😀',
  ],
] as const;

const KEYS = Object.values(SYNTAX_TABLE).flatMap((rows) => Object.keys(rows));

type Mutation = (text: string, random: Random, others: readonly string[]) => string;

/** Damages a text once: at characters, tokens, lines or keys. `others` are texts that parts are taken from. */
export function mutate(text: string, random: Random, others: readonly string[]): string {
  return oneOf(MUTATIONS, random)(text, random, others);
}

const MUTATIONS: readonly Mutation[] = [
  inChars,
  inChars,
  withPiece,
  inTokens,
  inTokens,
  inLines,
  inLines,
  ofIndentation,
  inKeys,
  inKeys,
];

function inChars(text: string, random: Random): string {
  const at = below(text.length + 1, random);
  const removed = below(4, random);
  const added =
    random() < 0.5 ? '' : String.fromCharCode(random() < 0.9 ? 32 + below(95, random) : below(65_536, random));
  return text.slice(0, at) + added + text.slice(at + removed);
}

function withPiece(text: string, random: Random): string {
  const at = below(text.length + 1, random);
  return text.slice(0, at) + oneOf(PIECES, random) + text.slice(at + (random() < 0.5 ? 0 : below(12, random)));
}

const tokensOf = (text: string): readonly string[] => text.match(/[\w.$-]+|\s+|[^\w\s]/g) ?? [''];

function inTokens(text: string, random: Random, others: readonly string[]): string {
  const tokens = [...tokensOf(text)];
  const at = below(tokens.length, random);
  const kind = random();
  if (kind < 0.3) tokens.splice(at, 1 + below(3, random));
  else if (kind < 0.5) tokens.splice(at, 0, ...tokens.slice(at, at + 1 + below(4, random)));
  else if (kind < 0.75) tokens[at] = oneOf(tokens, random);
  else tokens[at] = oneOf(tokensOf(oneOf(others, random)), random);
  return tokens.join('');
}

function inLines(text: string, random: Random, others: readonly string[]): string {
  const lines = text.split('\n');
  const at = below(lines.length, random);
  const kind = random();
  if (kind < 0.3) lines.splice(at, 1);
  else if (kind < 0.55) lines.splice(at, 0, oneOf(lines, random));
  else if (kind < 0.8) lines.splice(at, 0, oneOf(oneOf(others, random).split('\n'), random));
  else lines.push(...lines.splice(at, 1 + below(5, random)));
  return lines.join('\n');
}

function ofIndentation(text: string, random: Random): string {
  const lines = text.split('\n');
  const at = below(lines.length, random);
  const line = lines[at] ?? '';
  lines[at] = random() < 0.5 ? `  ${line}` : line.replace(/^ {1,2}/, '');
  return lines.join('\n');
}

/** Gives a key another name, or what stands under another key. */
function inKeys(text: string, random: Random): string {
  const keys = [...text.matchAll(/[\w-]+(?=:)/g)];
  if (keys.length === 0) return text;
  const key = oneOf(keys, random);
  const name = random() < 0.7 ? oneOf(KEYS, random) : (oneOf(keys, random)[0] ?? '');
  if (random() < 0.6) return text.slice(0, key.index) + name + text.slice(key.index + key[0].length);
  const added = `${name}: ${random() < 0.5 ? 'x' : '{ a: [1] }'}, `;
  return text.slice(0, key.index) + added + text.slice(key.index);
}
