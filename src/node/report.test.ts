import { expect, test } from 'vitest';
import { errorData } from '../vocabulary/tau-error.js';
import { failureLine } from './failure.js';
import { lineReport, printable } from './report.js';

/** What a terminal would obey: clears the screen, names the window, rings, goes back to the start of the line, turns text round. */
const HOSTILE = 'a\u001b[2Jb\u001b]0;c\u0007d\re\u009b31mf\u202eg';
const HARMLESS = 'a�[2Jb�]0;c�d�e�31mf�g';

test('what a terminal would obey is text, and everything else stays', () => {
  expect(printable(HOSTILE)).toBe(HARMLESS);
  expect(printable('zwei\tÜbungen\n→ ✓ 猫 🦉')).toBe('zwei\tÜbungen\n→ ✓ 猫 🦉');
});

test('lines for people are harmless; JSON keeps what was said', () => {
  const lines: string[] = [];
  for (const json of [false, true]) {
    lineReport({ write: (text) => lines.push(text) }, json).event('log', { message: HOSTILE }, HOSTILE);
  }
  expect(lines[0]).toBe(`${HARMLESS}\n`);
  expect(JSON.parse(lines[1] ?? '')).toEqual({ event: 'log', message: HOSTILE });
  expect(failureLine(errorData('INTERNAL', HOSTILE))).not.toContain('\u001b');
});
