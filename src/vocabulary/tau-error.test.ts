import { describe, expect, it } from 'vitest';
import { errorData, tauError, toErrorData } from './tau-error.js';

describe('an error as data', () => {
  it('has what the catalogue fixes, and what the occurrence adds', () => {
    expect(errorData('NO_PROVIDER', 'nobody offers x', { details: { capability: 'x' } })).toEqual({
      code: 'unavailable',
      id: 'TAU-3001',
      message: 'nobody offers x',
      outcome: 'not-done',
      retryable: false,
      details: { capability: 'x' },
    });
  });

  it('is itself when it was thrown as a TauError', () => {
    const error = tauError('CONFLICT', 'twice');
    expect(toErrorData(error)).toBe(error.data);
    expect(error.is('CONFLICT')).toBe(true);
    expect(error.is('NOT_FOUND')).toBe(false);
  });

  it.each([
    [new Error('broken'), 'broken'],
    ['text', 'text'],
    [undefined, 'undefined'],
    [{ code: 1, details: 'Cancelled on client' }, 'Cancelled on client'],
    [{ message: 'like an error' }, 'like an error'],
    [{ odd: true }, '{"odd":true}'],
  ])('says what was thrown, whatever it was: %j', (thrown, message) => {
    expect(toErrorData(thrown, 'HANDLER_FAILED')).toMatchObject({ id: 'TAU-3005', message });
  });
});
