import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { workflowLanguage } from 'tau-orchestrate';
import { describe, expect, test } from 'vitest';
import { workflowSource } from './support/arbitrary.js';
import { beginOf, Drive, githubEvent } from './support/drive.js';
import { PIECES } from './support/mutate.js';
import { workflowIn } from './support/transcript.js';

const FILE = 'fuzzed.yml';
const RUNS = 400;

/** The workflows of the transcripts: valid, and together they use every key. */
const FOLDER = join(import.meta.dirname, 'transcripts');
const SEEDS = readdirSync(FOLDER).map((name) => workflowIn(readFileSync(join(FOLDER, name), 'utf8')));

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly insert: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(),
  remove: fc.oneof(fc.constant(0), fc.nat({ max: 12 })),
  insert: fc.oneof(fc.constant(''), fc.constantFrom<string>(...PIECES), fc.string({ maxLength: 8, unit: 'binary' })),
});

function edited(text: string, edits: readonly Edit[]): string {
  let result = text;
  for (const { at, remove, insert } of edits) {
    const place = at % (result.length + 1);
    result = result.slice(0, place) + insert + result.slice(place + remove);
  }
  return result;
}

/** Reads a text; whatever comes of it is well formed. A definition also runs. */
function check(text: string): boolean {
  const parsed = workflowLanguage.parse(text, FILE);
  if (!parsed.ok) {
    expect(parsed.diagnostics.length).toBeGreaterThan(0);
    for (const { file, line, column, message } of parsed.diagnostics) {
      expect(file).toBe(FILE);
      expect(Number.isInteger(line) && line >= 1).toBe(true);
      expect(Number.isInteger(column) && column >= 1).toBe(true);
      expect(message).toMatch(/\S/);
      expect(message).not.toContain('\n');
    }
    return false;
  }
  expect(parsed.definition).toStrictEqual(JSON.parse(JSON.stringify(parsed.definition)));
  const drive = new Drive(
    parsed.definition,
    beginOf({ event: githubEvent('issues.opened', { issue: { number: 1 } }) }),
  );
  drive.start().settleAll();
  for (let round = 0; drive.outcome === undefined && round < 50; round += 1) drive.advance(600_000).settleAll();
  expect(drive.outcome).toBeDefined();
  return true;
}

describe('reading a workflow never throws', () => {
  test('every seed is a workflow', () => {
    expect(SEEDS.length).toBeGreaterThan(10);
    for (const seed of SEEDS) expect(check(seed)).toBe(true);
  });

  test('texts that were workflows before they were damaged', () => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom(...SEEDS), fc.array(edit, { minLength: 1, maxLength: 6 }), (seed, edits) => {
        if (check(edited(seed, edits))) accepted += 1;
        else refused += 1;
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    // Damage that is always fatal, or never, would test nothing.
    expect(accepted).toBeGreaterThan(RUNS / 50);
    expect(refused).toBeGreaterThan(RUNS / 50);
  });

  test('damaged JSON, which is YAML too', () => {
    fc.assert(
      fc.property(workflowSource, fc.array(edit, { maxLength: 4 }), (source, edits) => {
        check(edited(source, edits));
      }),
      { numRuns: Math.floor(RUNS / 2), endOnFailure: true },
    );
  });

  test('any text and any bytes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (text) => void check(text)),
      { numRuns: RUNS, endOnFailure: true },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void check(Buffer.from(bytes).toString('latin1'))),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  test('texts that grow: aliases of aliases, deep nesting, long lists, one long line', () => {
    const levels = Array.from({ length: 9 }, (_, level) => `a${level}: &a${level} [${`*a${level - 1},`.repeat(10)}]`);
    const bomb = ['a: &a-1 [x,x,x,x,x,x,x,x,x,x]', ...levels].join('\n');
    for (const text of [bomb, '['.repeat(20_000), '{a: '.repeat(20_000), '- '.repeat(20_000), 'x'.repeat(600_000)]) {
      expect(check(text)).toBe(false);
    }
    const deep = `on: push\njobs: { a: { steps: [{ uses: x/a@v1, with: { x: ${'['.repeat(200)}${']'.repeat(200)} } }] } }`;
    expect(check(deep)).toBe(false);
  });
});
