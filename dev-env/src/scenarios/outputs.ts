import type { Json } from 'tau-core';
import { action, capability } from 'tau-core/extension';
import { flow, type Scenario } from './scenario.ts';

const circular: { self?: unknown } = {};
circular.self = circular;

/** What handlers without types may give. */
const ODD: { readonly [name: string]: unknown } = {
  nothing: undefined,
  holes: { a: undefined, b: [undefined, 1] },
  nan: { items: [{ n: Number.NaN }] },
  map: new Map([[1, 2]]),
  date: { at: new Date(5) },
  big: { n: 5n },
  function: () => 1,
  bytes: { b: new Uint8Array([1, 2]) },
  circular,
};

const SECRET = 's3cret/47"11';

/** What is no JSON is refused, by its place; what was given a secret is taken out of whatever follows; a secret may be missing. */
export const outputs: Scenario = {
  name: 'outputs',
  definitions: [
    flow('outputs', {
      kind: 'chain',
      nodes: [
        ...Object.keys(ODD).map((name) => ({
          name,
          node: { kind: 'task', call: 'same:outputs-odd', input: { name }, onError: 'continue' },
        })),
        { name: 'use', node: { kind: 'task', call: 'same:outputs-use', input: { t: '${{ secrets.OUTPUTS_TOKEN }}' } } },
        { name: 'leak', node: { kind: 'task', call: 'same:outputs-leak', input: {} } },
        {
          name: 'missing',
          node: {
            kind: 'task',
            call: 'same:outputs-use',
            input: { t: '${{ secrets.OUTPUTS_NOBODY }}' },
            onError: 'continue',
          },
        },
      ],
    }),
    {
      name: 'outputs-denied.yml',
      program: 'workflow',
      source: [
        'on: workflow_dispatch',
        'permissions: { contents: read }',
        'jobs:',
        '  a:',
        '    steps:',
        '      - uses: same/outputs-needs@v1',
        '',
      ].join('\n'),
    },
  ],
  secrets: { OUTPUTS_TOKEN: SECRET },
  capabilities: () => [
    capability('same:outputs-odd', { description: 'gives what is odd' }, ({ name }) => ODD[String(name)] as Json),
    capability('same:outputs-use', { description: 'is given a secret' }, ({ t }) => ({ length: String(t).length })),
    capability('same:outputs-leak', { description: 'gives a secret away' }, () => ({
      plain: `it is ${SECRET}!`,
      base64: Buffer.from(SECRET).toString('base64'),
      percent: encodeURIComponent(SECRET),
      json: JSON.stringify({ [SECRET]: 1 }),
    })),
    action('same/outputs-needs@v1', { description: 'needs more', grants: { issues: 'write' } }, () => 'called'),
  ],
  async play(stage) {
    await stage.start('run', 'outputs');
    await stage.ended('run');
    await stage.start('denied', 'outputs-denied.yml');
    await stage.ended('denied');
  },
};
