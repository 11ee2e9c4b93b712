import { expect, test } from 'vitest';
import { eventually } from './eventually.js';

test('gives the first answer that is neither undefined nor false', async () => {
  const answers = [undefined, false, Promise.resolve(undefined), 0];
  expect(await eventually(() => answers.shift())).toBe(0);
  expect(answers).toEqual([]);
});

test('asks again after a predicate that throws', async () => {
  let asked = 0;
  const value = await eventually(() => {
    asked += 1;
    if (asked < 3) throw new Error('not yet');
    return 'there';
  });
  expect(value).toBe('there');
});

test('gives up at the limit, naming what was waited for and the last error', async () => {
  const waiting = eventually(() => Promise.reject(new Error('refused')), { limitMs: 5, what: 'the kernel' });
  await expect(waiting).rejects.toMatchObject({
    message: 'waited 5 ms in vain for the kernel',
    cause: { message: 'refused' },
  });
});
