import type { JsonObject } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { checkInput } from './check-input.js';
import { parseWorkflow } from './parse.js';

const SOURCE = `on:
  workflow_dispatch:
    inputs:
      title: { type: string, required: true }
      count: { type: number, default: 3 }
      dry: { type: boolean }
      kind: { type: choice, options: [bug, idea], default: bug }
      note: {}
jobs: { a: { steps: [{ uses: x/a@v1 }] } }
`;

function checked(input: JsonObject, source = SOURCE): unknown {
  const parsed = parseWorkflow(source, 'w.yml');
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
  const result = checkInput(parsed.definition, input);
  return result.ok
    ? result.definition
    : result.diagnostics.map(({ file, line, column, message }) => `${file}:${line}:${column} ${message}`);
}

describe('checkInput', () => {
  test('fills in defaults; what has none is absent', () => {
    expect(checked({ title: 'x' })).toEqual({ title: 'x', count: 3, dry: false, kind: 'bug' });
  });

  test('takes text for any type, as forms and command lines give it', () => {
    const input = { title: 5, count: '7.5', dry: 'true', kind: 'idea', note: 'n' };
    expect(checked(input)).toEqual({ title: '5', count: 7.5, dry: true, kind: 'idea', note: 'n' });
  });

  test('points at the declaration of what is wrong', () => {
    expect(checked({ count: 'many', dry: 1, kind: 'joke', note: [], other: 1 })).toEqual([
      'w.yml:4:7 the input "title" is required: start the run with a value for it, or give it a "default" here',
      'w.yml:5:7 the input "count" must be a number',
      'w.yml:6:7 the input "dry" must be true or false',
      'w.yml:7:7 the input "kind" must be one of bug, idea',
      'w.yml:8:7 the input "note" must be text',
      'w.yml:2:3 there is no input "other"; there are title, count, dry, kind, note',
    ]);
  });

  test('says when only the case of a name is wrong', () => {
    expect(checked({ Title: 'x' })).toEqual(['w.yml:2:3 there is no input "Title": case matters, write "title"']);
    expect(checked({ title: 'x', COUNT: 1 })).toEqual([
      'w.yml:2:3 there is no input "COUNT": case matters, write "count"',
    ]);
    expect(checked({ title: null, TITLE: 'x' })).toEqual([
      'w.yml:2:3 there is no input "TITLE": case matters, write "title"',
    ]);
  });

  test('takes the inputs of calls where there are none of clients', () => {
    const call =
      'on: { workflow_call: { inputs: { n: { type: number, required: true } } } }\njobs: { a: { steps: [{ run: x }] } }';
    expect(checked({ n: '5' }, call)).toEqual({ n: 5 });
    expect(checked({}, call)).toEqual([
      'w.yml:1:34 the input "n" is required: start the run with a value for it, or give it a "default" here',
    ]);
    const both = `on: { workflow_dispatch: , workflow_call: { inputs: { n: { type: number, required: true } } } }\njobs: { a: { steps: [{ run: x }] } }`;
    expect(checked({}, both)).toEqual({});
  });

  test('wants the inputs whose default only a caller can tell', () => {
    const call = `on: { workflow_call: { inputs: { who: { type: string, default: '\${{ github.actor }}' } } } }
jobs: { a: { steps: [{ run: x }] } }`;
    expect(checked({ who: 'mona' }, call)).toEqual({ who: 'mona' });
    expect(checked({}, call)).toEqual([
      'w.yml:1:34 the default of the input "who" is an expression, which only a caller can tell: start the run with a value for it',
    ]);
  });

  test('takes the name of an environment as text', () => {
    const source =
      'on: { workflow_dispatch: { inputs: { e: { type: environment } } } }\njobs: { a: { steps: [{ run: x }] } }';
    expect(checked({ e: 'staging' }, source)).toEqual({ e: 'staging' });
  });

  test('nothing starts an action', () => {
    const parsed = parseWorkflow('name: N\nruns: { using: composite, steps: [{ run: x, shell: sh }] }', 'action.yml');
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.diagnostics));
    expect(checkInput(parsed.definition, {})).toMatchObject({
      ok: false,
      diagnostics: [{ message: 'this is an action: a step of a workflow uses it, and nothing starts it' }],
    });
  });

  test('has nothing to check in a workflow that declares nothing', () => {
    const bare = 'on: push\njobs: { a: { steps: [{ uses: x/a@v1 }] } }';
    expect(checked({ any: { thing: 1 } }, bare)).toEqual({ any: { thing: 1 } });
  });
});
