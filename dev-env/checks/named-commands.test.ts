import { expect, test } from 'vitest';
import { type KnownCommands, namedCommandProblems } from './named-commands.ts';

const KNOWN: KnownCommands = {
  targets: new Set(['test', 'demo']),
  scripts: new Map([
    ['.', new Set(['umbrella', 'lock'])],
    ['tau-core', new Set(['generate'])],
    ['dev-env', new Set<string>()],
  ]),
};

function told(text: string): readonly string[] {
  return namedCommandProblems({ path: 'x.md', home: 'dev-env', text }, KNOWN);
}

test('what is there may be named', () => {
  expect(told('`make test`, `npm run generate -w tau-core`, `npm run --silent umbrella -- verify`')).toEqual([]);
  expect(told('```sh\ncd tau-core\nnpm run generate\n```')).toEqual([]);
  expect(told('```sh\nmake demo && npm run lock   # make sure\n```\nHaving to make do with little.')).toEqual([]);
});

test('what nobody can run is told', () => {
  expect(told('`make nothing`')).toEqual(['x.md: there is no "make nothing"']);
  expect(told('```sh\nexport A=1\nmake none\n```')).toEqual(['x.md: there is no "make none"']);
  expect(told('`npm run generate`')).toEqual(['x.md: there is no "npm run generate"']);
  expect(told('`npm run lock -w tau-core`')).toEqual(['x.md: there is no "npm run lock -w tau-core"']);
});
