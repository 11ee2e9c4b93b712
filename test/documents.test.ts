import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Section, type Support, SYNTAX_TABLE } from 'tau-orchestrate';
import { describe, expect, test } from 'vitest';

const PACKAGE = dirname(import.meta.dirname);
/** `UPDATE_DOCUMENTS=1` writes the table of the language anew. */
const UPDATE = process.env.UPDATE_DOCUMENTS === '1';

function read(...path: readonly string[]): string {
  return readFileSync(join(PACKAGE, ...path), 'utf8');
}

/** The code of a document's fences in one language. */
function fences(text: string, language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, code = '']) => code);
}

const PLACES: Readonly<Record<Section, string>> = {
  workflow: 'workflow',
  on: '`on`',
  trigger: 'a webhook event of `on`',
  schedule: '`on.schedule`',
  dispatch: '`on.workflow_dispatch`',
  input: 'an input of it',
  call: '`on.workflow_call`',
  callInput: 'an input of it',
  callSecret: 'a secret of it',
  callOutput: 'an output of it',
  permissions: '`permissions`',
  defaults: '`defaults`',
  defaultsRun: '`defaults.run`',
  concurrency: '`concurrency`',
  job: 'a job with steps',
  calledJob: 'a job that calls a workflow',
  strategy: '`strategy`',
  matrix: '`strategy.matrix`',
  step: 'a step',
  action: 'a composite action',
  actionInput: 'an input of it',
  actionOutput: 'an output of it',
  actionRuns: '`runs` of it',
  actionStep: 'a step of it',
  context: 'contexts',
  function: 'functions',
};

function supportText(support: Support): string {
  if (support.status === 'supported') return support.own === true ? "yes: TAU's own" : 'yes';
  return support.status === 'ignored' ? `ignored: ${support.why}` : `refused: ${support.instead}`;
}

/** Keys of one place that TAU treats alike share a row. */
function languageTable(): string {
  const rows = Object.entries(SYNTAX_TABLE).flatMap(([section, keys]) => {
    const byText = new Map<string, string[]>();
    for (const [key, support] of Object.entries(keys)) {
      const text = supportText(support);
      byText.set(text, [...(byText.get(text) ?? []), `\`${key}\``]);
    }
    return [...byText].map(([text, names]) => `| ${PLACES[section as Section]} | ${names.join(', ')} | ${text} |`);
  });
  return ['| in | key | supported |', '| --- | --- | --- |', ...rows].join('\n');
}

describe('README', () => {
  test('shows the example of a workflow as it is', () => {
    const text = read('README.md');
    const code = read('examples', 'workflow', 'triage.ts').replace(/^(?:\/\/ .*\n)+/, '');
    expect(fences(text, 'ts')).toContain(code);
    expect(fences(text, 'yaml')).toEqual([read('examples', 'workflow', 'triage.yml')]);
  });

  test('says what the example prints', () => {
    expect(fences(read('README.md'), 'text')).toEqual([read('examples', 'workflow', 'triage.out.txt')]);
  });
});

describe('ARCHITECTURE', () => {
  test('has the table of the language as it is', () => {
    const text = read('ARCHITECTURE.md');
    const [before = '', rest = ''] = text.split('<!-- language -->\n');
    const [, after = ''] = rest.split('<!-- /language -->');
    const wanted = `${before}<!-- language -->\n${languageTable()}\n<!-- /language -->${after}`;
    if (UPDATE) writeFileSync(join(PACKAGE, 'ARCHITECTURE.md'), wanted);
    expect(UPDATE ? wanted : text).toBe(wanted);
  });

  test('names files that are there', () => {
    const names = [
      ...read('ARCHITECTURE.md').matchAll(
        /`((?:src\/)?(?:expression|workflow|flow|policy|schedule|hub|versioning|observe|runner)\/[a-z-]+\.ts)`/g,
      ),
    ];
    expect(names.length).toBeGreaterThan(10);
    for (const [, name = ''] of names) expect(() => read('src', name.replace(/^src\//, ''))).not.toThrow();
  });

  test('has the limits as they are', async () => {
    const modules = await Promise.all([
      import('../src/workflow/source.js'),
      import('../src/workflow/read-jobs.js'),
      import('../src/workflow/read-steps.js'),
      import('../src/workflow/read-template.js'),
      import('../src/expression/bounded-json.js'),
      import('../src/workflow/findings.js'),
      import('../src/workflow/time-limits.js'),
      import('../src/workflow/timeout.js'),
      import('../src/workflow/glob.js'),
      import('../src/workflow/link.js'),
      import('../src/workflow/read-filters.js'),
      import('../src/workflow/read-schedules.js'),
      import('../src/workflow/places.js'),
      import('../src/workflow/run-size.js'),
      import('../src/workflow/summary.js'),
      import('../src/flow/limits.js'),
      import('../src/flow/run-limits.js'),
      import('../src/schedule/parse.js'),
      import('../src/hub/state.js'),
      import('../src/policy/gate-limits.js'),
    ]);
    const limits = new Map(modules.flatMap((module) => Object.entries(module)));
    const rows = [...read('ARCHITECTURE.md').matchAll(/^\| `([A-Z_]+)` \| ([\d,]+)(?: in a job)? \|/gm)];
    expect(rows.length).toBe(31);
    for (const [, name = '', value = ''] of rows)
      expect([name, limits.get(name)]).toEqual([name, Number(value.replaceAll(',', ''))]);
  });
});
