import { expect, test } from 'vitest';
import { type BenchResult, compareResults } from '../bench/comparison.ts';

function result(figures: Readonly<Record<string, readonly [unit: string, ratio: number]>>): BenchResult {
  return {
    date: '2026-11-20T00:00:00Z',
    versions: { commit: 'abc' },
    figures: Object.entries(figures).map(([name, [unit, ratio]]) => ({ name, unit, ratio })),
  };
}

test('a rate that fell and a time that rose are worse; the other way round they are better', () => {
  const before = result({ rate: ['steps/s', 0.5], time: ['ms', 2], faster: ['events/s', 1], sooner: ['us', 4] });
  const now = result({ rate: ['steps/s', 0.3], time: ['ms', 3], faster: ['events/s', 2], sooner: ['us', 2] });
  expect(compareResults(before, now).map(({ name, verdict }) => [name, verdict])).toEqual([
    ['rate', 'worse'],
    ['time', 'worse'],
    ['faster', 'better'],
    ['sooner', 'better'],
  ]);
});

test('what moves within the tolerance is the same', () => {
  const [change] = compareResults(result({ rate: ['steps/s', 1] }), result({ rate: ['steps/s', 0.8] }));
  expect(change).toMatchObject({ verdict: 'same', gain: 0.8 });
});

test('figures that only one of them has are told', () => {
  const changes = compareResults(result({ old: ['ms', 1] }), result({ young: ['ms', 1] }));
  expect(changes.map(({ name, verdict }) => [name, verdict])).toEqual([
    ['young', 'new'],
    ['old', 'gone'],
  ]);
});
