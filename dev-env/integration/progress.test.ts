import { expect, test } from 'vitest';
import { hold, Progress } from './progress.ts';

async function threeSteps(json: boolean): Promise<{ progress: Progress; lines: readonly string[] }> {
  const lines: string[] = [];
  const progress = new Progress({ json, print: (line) => lines.push(line) });
  const given = await progress.step('tau-core', 'build', async (say) => {
    say('3 files');
    return 7;
  });
  expect(given).toBe(7);
  const failed = await progress.step('tau-core', 'files', async () => hold(['a is stray', 'b is stray']));
  expect(failed).toBeUndefined();
  progress.leaveOut('tau-core', 'test', 'NOT TRIED');
  return { progress, lines };
}

test('steps are told one after the other, with what is wrong', async () => {
  const { progress, lines } = await threeSteps(false);
  expect(lines.map((line) => line.replace(/\d+\.\d s/, '0.0 s').replace(/ +/g, ' '))).toEqual([
    'ok tau-core build 0.0 s 3 files',
    'FAIL tau-core files 0.0 s',
    ' a is stray',
    ' b is stray',
    'skip tau-core test NOT TRIED',
  ]);
  expect([progress.failed.length, progress.skipped.length, progress.records.length]).toEqual([1, 1, 3]);
});

test('with JSON each line is one object', async () => {
  const { lines } = await threeSteps(true);
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { event: 'step', subject: 'tau-core', step: 'build', outcome: 'ok', detail: '3 files', problems: [] },
    { event: 'step', outcome: 'failed', problems: ['a is stray', 'b is stray'] },
    { event: 'step', outcome: 'skipped', detail: 'NOT TRIED' },
  ]);
});

test('an error that nobody foresaw is a problem of its step', async () => {
  const progress = new Progress({ json: false, print: () => undefined });
  await progress.step('tau-core', 'build', () => Promise.reject(new Error('one\ntwo')));
  expect(progress.failed[0]?.problems).toEqual(['one', 'two']);
});
