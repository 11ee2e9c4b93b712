import { expect, test } from 'vitest';
import { findingsIn } from '../../test/support/marked-source.js';
import { DIAGNOSTICS_MAX } from './findings.js';
import { parseWorkflow } from './parse.js';

function parsed(source: string, file = 'w.yml') {
  const read = parseWorkflow(source, file);
  if (!read.ok)
    throw new Error(read.diagnostics.map(({ line, column, message }) => `${line}:${column} ${message}`).join('\n'));
  return read.definition;
}

const job = (step: string): string => `on: push\njobs:\n  a:\n    steps:\n      - uses: x/a@v1\n        ${step}\n`;

test.each([
  ['in flow style', 'on: { push, workflow_dispatch }\njobs: { a: { steps: [{ run: x }] } }'],
  ['with a question mark', 'on:\n  ? push\n  ? workflow_dispatch\njobs: { a: { steps: [{ run: x }] } }'],
])('a name without a value, %s, is a name with nothing', (_, source) => {
  expect(parsed(source)).toMatchObject({ triggers: ['github.push'], dispatch: { inputs: [] } });
});

test('names that YAML takes for numbers and truth values are the texts that are written', () => {
  const { jobs } = parsed(job('with: { ports: { 8080: web, 0x1F: hex, 1.50: n }, true: t, null: nothing }'));
  expect(jobs[0]?.steps[0]?.with).toEqual([
    { name: 'ports', value: { kind: 'value', value: { '8080': 'web', '0x1F': 'hex', '1.50': 'n' } } },
    { name: 'true', value: { kind: 'value', value: 't' } },
    { name: 'null', value: { kind: 'value', value: 'nothing' } },
  ]);
});

test.each([
  [
    'braces without a dollar sign',
    job('with:\n          group: { ^^{ groupId }}'),
    'a key must be plain text; an expression is written ${{ groupId }}',
  ],
  ['a list for a key', job('with: { ? ^^[a, b] : x }'), 'a key must be plain text'],
  ['an alias for a key', job('with: { n: &n b, ^^*n : x }'), 'a key must be plain text'],
  [
    'an alias of nothing',
    job('with: ^^*nobody'),
    'there is no anchor "&nobody" in front of this: write it where the value stands first',
  ],
  [
    'an alias of what it stands in',
    job('with: &all { a: 1, b: [^^*all] }'),
    '"*all" stands in what it stands for: write the value out',
  ],
  [
    'a merge key',
    job('env: &e { A: 1 }\n      - uses: x/b@v1\n        env:\n          ^^<<: *e\n          B: 2'),
    'merge keys ("<<") are not supported: write the keys out',
  ],
  ['nothing in the file', '^^', 'the file is empty: a workflow has "on" and "jobs"'],
  ['comments alone', '^^# nothing yet\n', 'the file is empty: a workflow has "on" and "jobs"'],
])('%s is told at its place', (_, marked, message) => {
  const { all, place } = findingsIn(marked);
  expect(all).toEqual([`${place} ${message}`]);
});

test('an action that is empty says what an action has', () => {
  const read = parseWorkflow('', 'greet/action.yml');
  expect(read).toMatchObject({
    ok: false,
    diagnostics: [{ message: 'the file is empty: an action has "name" and "runs"' }],
  });
});

test('many aliases take no longer than as many values', () => {
  const many = (anchor: string): string => job(`with: { a: ${anchor}1, l: [${Array(40_000).fill('*a').join(',')}] }`);
  const list = parsed(many('&a ')).jobs[0]?.steps[0]?.with[1]?.value;
  expect(list?.kind === 'value' && Array.isArray(list.value) ? list.value.length : 0).toBe(40_000);
  const read = parseWorkflow(many(''), 'w.yml');
  expect(read.ok ? 0 : read.diagnostics.length).toBe(DIAGNOSTICS_MAX);
});

test('what an alias repeats is there as often', () => {
  const source = job('with: { a: &a { n: 1 }, b: *a, c: [*a, *a] }');
  const [a, b, c] = parsed(source).jobs[0]?.steps[0]?.with ?? [];
  expect(b?.value).toEqual(a?.value);
  expect(JSON.stringify(c?.value).match(/"name":"n"|"n":1/g)?.length).toBe(2);
});
