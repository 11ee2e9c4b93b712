import { expect, test } from 'vitest';
import { validateFlow } from './validate.js';

const long = 'y'.repeat(200_000);

test('messages and places stay short, whatever a definition names', () => {
  const node = { kind: 'graph', [long]: 1, nodes: { a: { kind: 'pass', onError: { goto: long } } }, entry: [long] };
  const findings = validateFlow({ format: 1, name: 'x', root: { kind: 'graph', nodes: { [long]: node } } });
  expect(findings.length).toBeGreaterThan(5);
  for (const { message, place } of findings) {
    expect(message.length).toBeLessThanOrEqual(1_010);
    expect(place.length).toBeLessThanOrEqual(400);
  }
  // Both ends are there: what is wrong, and what to do about it.
  const [unknown] = findings.filter(({ path }) => path.at(-1) === long && path.length === 4);
  expect(unknown?.place).toMatch(/^root\.nodes\["y+\.\.\.y+"\]\["y+\.\.\.y+"\]$/);
  expect(unknown?.message).toMatch(/^unknown member "y+.*\.\.\..*there are kind, /s);
});

test('a pair of code units is not cut in two', () => {
  const smileys = '😀'.repeat(100_000);
  for (const name of [smileys, `a${smileys}`]) {
    const [{ message, place } = { message: '', place: '' }] = validateFlow({
      format: 1,
      name: 'x',
      [name]: 1,
      root: 1,
    });
    expect(encodeURIComponent(message + place)).toContain('%F0%9F%98%80');
  }
});

test('a kind that is misspelt is told the right one', () => {
  const of = (kind: unknown) => validateFlow({ format: 1, name: 'x', root: { kind } }).map(({ message }) => message);
  expect(of('tasks')).toEqual(['unknown kind: did you mean "task"?']);
  expect(of('Parallel')).toEqual(['unknown kind: did you mean "parallel"?']);
  for (const kind of ['step', 7, ['task']])
    expect(of(kind)).toEqual([expect.stringMatching(/^unknown kind: take one of task, /)]);
  expect(of(undefined)).toEqual([expect.stringMatching(/^"kind" is missing: take one of task, /)]);
});
