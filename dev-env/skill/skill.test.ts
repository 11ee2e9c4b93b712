import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validate } from 'skills-ref';
import { ERROR_CATALOGUE } from 'tau-core';
import { type Support, SYNTAX_TABLE } from 'tau-orchestrate';
import { beforeAll, describe, expect, test } from 'vitest';
import { LIBRARIES, ROOT } from '../scripts/libraries.ts';
import { Marketplace, PluginManifest } from './plugin.ts';
import { linkedFiles, readSkill, skillProblems } from './rules.ts';
import { missingLine, runnableFences } from './runnable.ts';
import { runSession, type SessionResult } from './session.ts';

const SKILL = join(ROOT, 'skills', 'tau');
const REFERENCES = linkedFiles(readSkill(SKILL).body);

const read = (...path: readonly string[]): string => readFileSync(join(...path), 'utf8');
const json = (path: string): unknown => JSON.parse(read(ROOT, path));

describe('the skill', () => {
  test('keeps the rules of Agent Skills', () => {
    expect(skillProblems(SKILL)).toEqual([]);
  });

  test('is valid by the reference library', async () => {
    expect(await validate(SKILL)).toEqual([]);
  });

  test('has one reference for each library, and one on releasing', () => {
    const wanted = [...LIBRARIES, 'releasing'].map((name) => `references/${name}.md`);
    expect([...REFERENCES].sort()).toEqual(wanted.sort());
  });

  test.each(LIBRARIES)('names every door and command of %s in its reference', (library) => {
    const { exports, bin = {} } = json(`${library}/package.json`) as { exports: object; bin?: object };
    const doors = Object.keys(exports).map((door) => door.replace(/^\./, library));
    const text = read(SKILL, 'references', `${library}.md`);
    expect([...doors, ...Object.keys(bin)].filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('the references say what the code says', () => {
  test('of errors: every id and name, each with what to do', () => {
    const rows = [...read(SKILL, 'references', 'tau-core.md').matchAll(/^\| (TAU-\d+) \| (\w+) \| \S.* \|$/gm)];
    const wanted = Object.entries(ERROR_CATALOGUE).map(([name, { id }]) => [id, name]);
    expect(rows.map(([, id, name]) => [id, name])).toEqual(wanted);
  });

  test.each(['workflow', 'job', 'step', 'context', 'function'] as const)('of what a %s may have', (section) => {
    const text = read(SKILL, 'references', 'tau-orchestrate.md').toLowerCase();
    const entries = Object.entries<Support>(SYNTAX_TABLE[section]);
    const supported = entries.filter(([, { status }]) => status === 'supported').map(([key]) => key);
    expect(supported.filter((key) => !text.includes(`\`${key}\``))).toEqual([]);
    const refused = entries.filter(([, { status }]) => status === 'refused').map(([key]) => key);
    const table = text.slice(text.indexOf('| place |'), text.indexOf('everything else'));
    const names = (row: string): boolean => table.includes(`\`${row}\``);
    expect(refused.filter((key) => names(key) && !isElsewhere(section, key))).toEqual([]);
  });

  /** A key that is refused in one place may be right in another. */
  function isElsewhere(section: string, key: string): boolean {
    return Object.entries<Readonly<Record<string, Support>>>(SYNTAX_TABLE).some(
      ([other, keys]) => other !== section && keys[key]?.status === 'supported',
    );
  }
});

describe('what breaks the rules is told', () => {
  function broken(change: (folder: string) => void): readonly string[] {
    const parent = mkdtempSync(join(tmpdir(), 'tau-skill-rules-'));
    const folder = join(parent, 'tau');
    cpSync(SKILL, folder, { recursive: true });
    change(folder);
    const found = skillProblems(folder);
    rmSync(parent, { recursive: true, force: true });
    return found;
  }
  const edit = (from: string | RegExp, to: string) => (folder: string) => {
    writeFileSync(join(folder, 'SKILL.md'), read(folder, 'SKILL.md').replace(from, to));
  };

  test.each([
    ['another name', edit('name: tau', 'name: other'), 'name: it must be "tau"'],
    ['a key too many', edit('name: tau', 'name: tau\nmodel: big'), ': Unrecognized key: "model"'],
    ['a long description', edit(/description: .*/, `description: ${'x'.repeat(1025)}`), /^description: Too big/],
    ['a long body', edit(/$/, '\nline'.repeat(500)), /^SKILL.md has \d+ lines/],
    ['a dead link', edit(/$/, '\n[x](references/none.md)\n'), /links to "references\/none.md"/],
    ['a link out of it', edit(/$/, '\n[x](../../README.md)\n'), /links to "..\/..\/README.md"/],
    [
      'a chain',
      (folder: string) => writeFileSync(join(folder, 'references', 'releasing.md'), '[x](x.md)'),
      /stands alone/,
    ],
    [
      'a stray file',
      (folder: string) => writeFileSync(join(folder, 'stray.md'), ''),
      'stray.md is not linked from SKILL.md',
    ],
  ])('%s', (_name, change, message) => {
    expect(broken(change)).toContainEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });
});

describe('the plugin', () => {
  const plugin = json('.claude-plugin/plugin.json');
  const marketplace = json('.claude-plugin/marketplace.json');

  test('has manifests of the documented form', () => {
    expect(PluginManifest.safeParse(plugin).error).toBeUndefined();
    expect(Marketplace.safeParse(marketplace).error).toBeUndefined();
  });

  test('is the one that its marketplace lists, and speaks of the skill as the skill does', () => {
    const { name, version } = PluginManifest.parse(plugin);
    const [entry] = Marketplace.parse(marketplace).plugins;
    expect(entry).toMatchObject({ name, source: './' });
    expect(readSkill(SKILL).front).toMatchObject({ name, metadata: { version } });
  });
});

describe('the commands of the skill', () => {
  const fences = ['SKILL.md', ...REFERENCES].flatMap((path) => runnableFences(path, read(SKILL, path)));
  let result: SessionResult = { outputs: [], code: null };

  beforeAll(async () => {
    result = await runSession(fences);
  });

  test.each(fences.map((fence, index) => ({ ...fence, index })))('run: $path:$line', ({ expected, index }) => {
    const output = result.outputs[index];
    expect(output, 'an earlier command failed').toBeDefined();
    const isLast = index === fences.length - 1 || result.outputs[index + 1] === undefined;
    if (isLast) expect(result.code, output).toBe(0);
    expect(missingLine(output ?? '', expected), output).toBeUndefined();
  });
});

describe('runnable fences', () => {
  const TEXT = [
    '```sh',
    'ls',
    '```',
    '```sh run',
    'tau runs',
    '```',
    '',
    '```text',
    'RUN  …',
    '```',
    '~~~sh run umbrella',
    'make',
    '~~~',
  ];

  test('are those that say so, with the output that follows', () => {
    expect(runnableFences('x.md', TEXT.join('\n'))).toEqual([
      { path: 'x.md', line: 5, place: 'folder', commands: 'tau runs', expected: ['RUN  …'] },
      { path: 'x.md', line: 12, place: 'umbrella', commands: 'make', expected: [] },
    ]);
  });

  test('want their lines in order', () => {
    const output = 'run started  a\n  3 ms\nended';
    expect(missingLine(output, ['run started …', 'ended'])).toBeUndefined();
    expect(missingLine(output, ['ended', 'run started …'])).toBe('run started …');
    expect(missingLine(output, ['run started'])).toBe('run started');
  });
});
