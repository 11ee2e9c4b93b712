import { expect, test } from 'vitest';
import { writableSession } from './host-sessions.js';

test.each([
  ['tau/definitions', 'TAU-1006'],
  ['tau/schedules', 'TAU-1006'],
  ['tau/definitions.volatile', 'TAU-1006'],
  ['with space', 'TAU-1001'],
])('nobody else writes to %j', (name, id) => {
  expect(() => writableSession(name)).toThrow(expect.objectContaining({ data: expect.objectContaining({ id }) }));
});

test('all others may be written to', () => {
  expect(writableSession('tau/mine')).toBe('tau/mine');
});
