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

test('each line of a value is masked, the whole first; what has three characters or fewer is not', () => {
  expect(mask.text('a\nlong line\nof "it"')).toBe('***');
  expect(mask.text('only the long line here')).toBe('only the *** here');
  expect(mask.text('abc')).toBe('abc');
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
