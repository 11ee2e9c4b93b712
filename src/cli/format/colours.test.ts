import { expect, test } from 'vitest';
import { coloursFor } from './colours.js';

test.each([
  ['a terminal', true, {}, true],
  ['a pipe', false, {}, false],
  ['NO_COLOR', true, { NO_COLOR: '1' }, false],
  ['an empty NO_COLOR', true, { NO_COLOR: '' }, true],
  ['a dumb terminal', true, { TERM: 'dumb' }, false],
])('%s', (_name, isTerminal, env, isColoured) => {
  expect(coloursFor(isTerminal, env).red('x') !== 'x').toBe(isColoured);
});
