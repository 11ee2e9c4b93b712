import { describe, expect, test } from 'vitest';
import { cronProblem, plainCron } from './cron.js';

describe('cron expressions', () => {
  test.each([
    '* * * * *',
    '30 5,17 * * *',
    '*/15 0-6 1,15 */2 MON-FRI',
    '0 0 1 JAN sun',
    '0 0 29 2 *',
    '0 0 31 */2 *',
    '0 0 30 2 MON',
    '20/15 * * * *',
    '  5  4 * * 0 ',
  ])('%s is one', (cron) => {
    expect(cronProblem(cron)).toBeUndefined();
  });

  test.each([
    ['* * * *', /^a cron expression has 5 fields \(minute, hour, .*\), and "\* \* \* \*" has 4$/],
    ['* * * * * *', /has 6; seconds cannot be told, the shortest interval is a minute$/],
    ['', /has 1$/],
    ['@daily', /^"@daily" is no cron expression here: write its five fields/],
    ['60 * * * *', /^the minute of "60 \* \* \* \*": "60" must be \*, numbers from 0 to 59/],
    ['* 24 * * *', /^the hour of /],
    ['* * 0 * *', /^the day of the month of /],
    ['* * * 13 *', /"13" must be \*, numbers from 1 to 12 \(or JAN to DEC\)/],
    ['* * * * 7', /"7" must be \*, numbers from 0 to 6 \(or SUN to SAT\)/],
    ['*/0 * * * *', /the step of "\*\/0" must be a number from 1 to 59$/],
    ['*/x * * * *', /the step of /],
    ['1/2/3 * * * *', /"1\/2\/3" has more than one step$/],
    ['9-1 * * * *', /"9-1" runs backwards$/],
    ['1-2-3 * * * *', /"1-2-3" must be/],
    [', * * * *', /"" must be/],
    ['1, * * * *', /"" must be/],
    ['-1 * * * *', /"-1" must be/],
    ['0x1 * * * *', /"0x1" must be/],
    ['0 0 30 2 *', /^"0 0 30 2 \*" never comes: no such month has that day$/],
    ['0 0 31 4,6,9,11 *', /never comes/],
  ])('%j is none', (cron, problem) => {
    expect(cronProblem(cron)).toMatch(problem);
  });
});

test.each([
  ['* * * * *', '* * * * *'],
  ['20/15 0 1,2/3 */2 MON/2', '20-59/15 0 1,2-31/3 */2 1-6/2'],
  ['5-20/5 * * JAN-JUN *', '5-20/5 * * JAN-JUN *'],
])('%s in plain words is %s', (cron, plain) => {
  expect(plainCron(cron)).toBe(plain);
});
