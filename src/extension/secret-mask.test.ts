import { expect, test } from 'vitest';
import { errorData } from '../vocabulary/tau-error.js';
import { SecretMask } from './secret-mask.js';

const mask = new SecretMask(['s3cret', 'a\nlong line\nof "it"', 'abc']);

test('values are masked inside longer texts, in names of members, and as they are quoted in JSON', () => {
  expect(mask.text('Bearer s3cret, s3crets3cret')).toBe('Bearer ***, ******');
  expect(mask.json({ 'x s3cret': ['s3cret!', 1, null, { deep: true }] })).toEqual({
    'x ***': ['***!', 1, null, { deep: true }],
  });
  expect(mask.text(JSON.stringify({ of: 'of "it"' }))).toBe('{"of":"***"}');
});

test('each line of a value is masked, the whole first; lines of three characters or fewer are not', () => {
  expect(mask.text('a\nlong line\nof "it"')).toBe('***');
  expect(mask.text('only the long line here')).toBe('only the *** here');
  expect(mask.text('a and abc')).toBe('a and ***');
});

test('values are found in the forms in which they mostly leak', () => {
  const value = 'tok-5e6f/7+8"9';
  const one = new SecretMask([value]);
  const base64 = Buffer.from(value).toString('base64');
  const leaks = [value, base64, base64.replace(/=+$/, ''), Buffer.from(value).toString('base64url')];
  leaks.push(encodeURIComponent(value), JSON.stringify(value).slice(1, -1));
  expect(leaks.map((leak) => one.text(`<${leak}>`).replace(/=+>$/, '>'))).toEqual(leaks.map(() => '<***>'));
  expect(new SecretMask(['\ud800']).text('\ud800!')).toBe('***!');
});

test('a number is masked when it is a secret as a whole', () => {
  expect(new SecretMask(['314159']).json({ n: 314159, m: 3141591 })).toEqual({ n: '***', m: 3141591 });
});

test('beyond its bound the value that was added least recently is let go', () => {
  const two = new SecretMask(['first-one', 'second-one'], 2);
  two.add('first-one');
  two.add('third-one');
  expect(two.text('first-one second-one third-one')).toBe('*** second-one ***');
  expect([two.isEmpty, new SecretMask().isEmpty, new SecretMask(['']).isEmpty]).toEqual([false, true, true]);
});

test('outcomes and errors keep their shape', () => {
  const cause = errorData('UNREACHABLE', 'no s3cret');
  const error = errorData('STEP_FAILED', 'used s3cret', { details: { token: 's3cret' }, cause });
  expect(mask.outcome({ kind: 'failed', error })).toEqual({
    kind: 'failed',
    error: { ...error, message: 'used ***', details: { token: '***' }, cause: { ...cause, message: 'no ***' } },
  });
  expect(mask.outcome({ kind: 'cancelled', reason: 's3cret' })).toEqual({ kind: 'cancelled', reason: '***' });
  const asked = { kind: 'inputRequired', question: 'use s3cret?', answerSchema: { const: 's3cret' } } as const;
  expect(mask.outcome(asked)).toEqual({ kind: 'inputRequired', question: 'use ***?', answerSchema: { const: '***' } });
});

test('progress is masked, its bytes too', () => {
  const text = { mediaType: 'text/plain', name: 's3cret.txt', body: { $case: 'text', value: '=s3cret' } } as const;
  expect(mask.content(text)).toEqual({
    mediaType: 'text/plain',
    name: '***.txt',
    body: { $case: 'text', value: '=***' },
  });
  const bytes = Buffer.from([0xff, ...Buffer.from('s3cret'), 0x00]);
  const body = mask.content({ mediaType: 'x/y', name: '', body: { $case: 'data', value: bytes } }).body;
  expect(body?.$case === 'data' && [...body.value]).toEqual([0xff, 0x2a, 0x2a, 0x2a, 0x00]);
});
