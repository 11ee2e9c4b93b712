import { describe, expect, it } from 'vitest';
import { isOwnLogin, ownLogins } from './own-logins.js';

describe('ownLogins', () => {
  it('is empty while nothing is known', () => {
    expect(ownLogins(undefined, undefined)).toEqual([]);
  });

  it('has the login of the token, in lower case, and not the app that may have the same name', () => {
    expect(ownLogins('Octo', undefined)).toEqual(['octo']);
    expect(isOwnLogin('octo[bot]', ownLogins('Octo', undefined))).toBe(false);
  });

  it('takes a slug for the app and its bot account, and a bot account as it is', () => {
    expect(ownLogins(undefined, 'Tau')).toEqual(['tau', 'tau[bot]']);
    expect(ownLogins(undefined, 'tau[bot]')).toEqual(['tau[bot]']);
  });

  it('adds both sources up', () => {
    const own = ownLogins('octo', 'tau');
    for (const login of ['Octo', 'TAU', 'tau[bot]']) expect(isOwnLogin(login, own)).toBe(true);
    expect(isOwnLogin('alice', own)).toBe(false);
  });
});
