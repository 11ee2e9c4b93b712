import { expect, test } from 'vitest';
import { type Starts, startsText } from './starts-text.js';

const none: Starts = { triggers: [], times: [], byHand: false, byCall: false };

test.each<[string, Partial<Starts>]>([
  ['', {}],
  ['github.push, github.issues.*', { triggers: ['github.push', 'github.issues.*'] }],
  ['cron "0 3 * * *" Europe/Berlin', { times: [{ cron: '0 3 * * *', zone: 'Europe/Berlin' }] }],
  ['every 15 min, every 1500 ms, every 2 h', { times: [900_000, 1_500, 7_200_000].map((everyMs) => ({ everyMs })) }],
  ['at 2026-03-01T09:00:00Z', { times: [{ at: '2026-03-01T09:00:00Z' }] }],
  ['github.push, hand, call', { triggers: ['github.push'], byHand: true, byCall: true }],
])('%s', (text, starts) => {
  expect(startsText({ ...none, ...starts })).toBe(text);
});
