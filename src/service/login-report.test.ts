import { errorData } from 'tau-core';
import { lineReport } from 'tau-core/node';
import { expect, test } from 'vitest';
import { reportLogin } from './login-report.js';

function sink(json: boolean) {
  const lines: string[] = [];
  return { lines, report: lineReport({ write: (text: string) => lines.push(text) }, json) };
}

test('each change of GitHub is one line that says what it means', () => {
  const { lines, report } = sink(false);
  const options = { apiUrl: 'https://api.github.com', report, botLoginGiven: false };
  const refused = errorData('GITHUB_UNAUTHENTICATED', 'the token is no good');
  reportLogin(options, 'away', errorData('GITHUB_UNREACHABLE', 'ENOTFOUND'), undefined);
  reportLogin(options, 'refused', refused, undefined);
  reportLogin(options, 'app', refused, undefined);
  reportLogin({ ...options, botLoginGiven: true }, 'app', refused, undefined);
  reportLogin(options, 'known', undefined, 'octo');
  expect(lines).toEqual([
    'warning TAU-5001: GitHub cannot be reached: ENOTFOUND; deliveries are taken, actions fail; trying again\n',
    'warning TAU-5003: the token is no good; deliveries are taken, actions fail\n',
    'warning: the token does not say who it is: give --bot-login <slug of the app>, or TAU reacts to its own changes\n',
    'reached GitHub at https://api.github.com as an app\n',
    'reached GitHub at https://api.github.com as octo\n',
  ]);
});

test('as JSON, with the reason apart', () => {
  const { lines, report } = sink(true);
  reportLogin(
    { apiUrl: 'http://x', report, botLoginGiven: false },
    'away',
    errorData('GITHUB_UNREACHABLE', 'no'),
    undefined,
  );
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    { event: 'github.away', api: 'http://x', reason: { id: 'TAU-5001', message: 'no' } },
  ]);
});
