import type { CloudEvent } from 'tau-core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { checkInput } from '../src/workflow/check-input.js';
import type { WorkflowDefinition } from '../src/workflow/definition.js';
import { matches } from '../src/workflow/filters.js';
import { link } from '../src/workflow/link.js';
import { parseWorkflow } from '../src/workflow/parse.js';
import { references } from '../src/workflow/references.js';
import { schedules } from '../src/workflow/scheduled-starts.js';
import { SYNTAX_TABLE } from '../src/workflow/syntax-table.js';
import { below, mutate, type Random, randomFrom } from './support/mutate.js';
import { CORPUS, type CorpusFile } from './support/workflow-corpus.js';

/** `TAU_FUZZ_RUNS=1000000` looks further, `TAU_SEED=<n>` elsewhere. */
const RUNS = Number(process.env['TAU_FUZZ_RUNS'] ?? 100_000);
const SEED = Number(process.env['TAU_SEED'] ?? 20_261_120);

/** No text of this size may take longer. */
const PARSE_MS_MAX = 1_000;

/** What all runs together may leave behind. */
const HEAP_BYTES_MAX = 512 * 1024 * 1024;

const SOURCES = CORPUS.map(({ source }) => source);

function read({ file, source }: CorpusFile): WorkflowDefinition {
  const parsed = parseWorkflow(source, file);
  if (!parsed.ok) throw new Error(`${file}: ${JSON.stringify(parsed.diagnostics)}`);
  return parsed.definition;
}

const DEFINITIONS = new Map(CORPUS.map((one) => [one.file, read(one)]));
const lookup = (file: string): WorkflowDefinition | undefined => DEFINITIONS.get(file);

const EVENTS: readonly CloudEvent[] = [
  ['github.push', '{"ref":"refs/heads/main","commits":[{"added":["src/a"]}]}'],
  ['github.issues.opened', '{"issue":{"labels":[{"name":"urgent"}]}}'],
  ['github.workflow_run.completed', 'no json'],
  ['run.ended', ''],
].map(([type = '', data = '']) => ({ id: '1', source: 'x', type, data }));

function isPlace(n: number): boolean {
  return Number.isInteger(n) && n >= 1;
}

/** Reads a text, and does with what comes of it all that a host does. True when it is a definition. */
function check(source: string, file: string): boolean {
  const started = performance.now();
  const parsed = parseWorkflow(source, file);
  const ms = performance.now() - started;
  if (ms > PARSE_MS_MAX) throw new Error(`it took ${ms} ms`);
  if (!parsed.ok) {
    if (parsed.diagnostics.length === 0) throw new Error('it is refused without a reason');
    for (const { file: where, line, column, message } of parsed.diagnostics) {
      const isWhole =
        where === file && isPlace(line) && isPlace(column) && /\S/.test(message) && !message.includes('\n');
      if (!isWhole) throw new Error(`this is no diagnostic: ${JSON.stringify({ where, line, column, message })}`);
    }
    return false;
  }
  const { definition } = parsed;
  const text = JSON.stringify(definition);
  if (JSON.stringify(JSON.parse(text)) !== text) throw new Error('the definition is no plain JSON');
  for (const event of EVENTS) matches(definition, event);
  references(definition);
  schedules(definition);
  checkInput(definition, { n: 1, title: [] });
  link(definition, lookup);
  return true;
}

function mutated(source: string, random: Random): string {
  let text = source;
  for (let count = 1 + below(3, random); count > 0; count -= 1) text = mutate(text, random, SOURCES);
  return text;
}

describe('the corpus', () => {
  test('is valid, and fits together', () => {
    for (const definition of DEFINITIONS.values()) {
      const linked = link(definition, lookup);
      expect([definition.file, linked.ok ? [] : linked.diagnostics]).toEqual([definition.file, []]);
    }
  });

  test('has every key, context and function that is supported', () => {
    const all = SOURCES.join('\n').toLowerCase();
    const missing = Object.entries(SYNTAX_TABLE).flatMap(([section, rows]) =>
      Object.entries(rows).flatMap(([key, { status }]) => {
        if (status === 'refused' || section === 'permissions') return [];
        const text = section === 'context' ? `${key}.` : section === 'function' ? `${key}(` : `${key}:`;
        return all.includes(text.toLowerCase()) ? [] : [`${section}.${key}`];
      }),
    );
    expect(missing).toEqual([]);
  });
});

test(`reading ${RUNS} damaged files ends in a definition or in diagnostics (seed ${SEED})`, {
  timeout: 600_000,
}, () => {
  console.log(`parse-mutations: TAU_SEED=${SEED} TAU_FUZZ_RUNS=${RUNS}`);
  // The parsers throw errors to themselves, and nobody reads where from.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  onTestFinished(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });
  const heapBefore = process.memoryUsage().heapUsed;
  let accepted = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const random = randomFrom(SEED + run);
    const { file, source } = CORPUS[(SEED + run) % CORPUS.length] ?? { file: '', source: '' };
    const text = mutated(source, random);
    try {
      if (check(text, file)) accepted += 1;
    } catch (thrown) {
      throw new Error(`TAU_SEED=${SEED + run} TAU_FUZZ_RUNS=1, ${file}:\n${text}`, { cause: thrown });
    }
  }
  // Damage that is always fatal, or never, would test nothing.
  if (RUNS >= 1_000) {
    expect(accepted).toBeGreaterThan(RUNS / 50);
    expect(RUNS - accepted).toBeGreaterThan(RUNS / 50);
  }
  expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(HEAP_BYTES_MAX);
});
