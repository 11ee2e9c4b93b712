import type { ErrorData } from 'tau-core';
import { systemClock } from 'tau-core/node';
import { eventually, seededRandom, VirtualClock } from 'tau-core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ScriptedApi, scriptedApi } from '../../test/scripted-api.js';
import { createGithub } from './github.js';
import { type LoginState, learnOwnLogin, type OwnLogin } from './own-login.js';

let api: ScriptedApi;
let login: OwnLogin | undefined;
let told: [LoginState, string | undefined][];
let clock: VirtualClock;

beforeEach(async () => {
  api = await scriptedApi();
  told = [];
  clock = new VirtualClock();
});
afterEach(async () => {
  login?.close();
  await api.close();
});

function learn(botLogin?: string): OwnLogin {
  login = learnOwnLogin({
    github: createGithub({ apiUrl: api.url, token: 'x', clock: systemClock, random: seededRandom(1) }),
    clock,
    random: seededRandom(1),
    botLogin,
    onState: (state: LoginState, error: ErrorData | undefined) => told.push([state, error?.id]),
  });
  return login;
}

describe('the own login', () => {
  it('is what GitHub says of the token', async () => {
    api.answers({ status: 200, body: { login: 'Tau-Bot' } });
    const own = learn();
    expect([own.state, own.current()]).toEqual(['asking', []]);
    await own.asked;
    expect([own.state, own.login, own.current()]).toEqual(['known', 'Tau-Bot', ['tau-bot']]);
    expect(told).toEqual([['known', undefined]]);
    expect([api.requests, clock.pending]).toEqual([['GET /user'], 0]);
  });

  it('is known at once where the operator gives it', () => {
    expect(learn('my-app').current()).toEqual(['my-app', 'my-app[bot]']);
  });

  it('cannot be asked for with the token of an app, which is asked once', async () => {
    api.answers({ status: 403, body: { message: 'Resource not accessible by integration' } });
    const own = learn('my-app');
    await own.asked;
    expect([own.state, own.current(), clock.pending]).toEqual(['app', ['my-app', 'my-app[bot]'], 0]);
    expect(told).toEqual([['app', 'TAU-5003']]);
  });

  it('is asked for again while the token is refused, and told once', async () => {
    api.answers({ status: 401 }, { status: 401 }, { status: 200, body: { login: 'octo' } });
    const own = learn();
    await own.asked;
    expect(own.state).toBe('refused');
    for (const requests of [2, 3]) {
      await eventually(() => clock.pending === 1);
      clock.advanceToNext();
      await eventually(() => api.requests.length === requests);
    }
    await eventually(() => own.state === 'known');
    expect(told).toEqual([
      ['refused', 'TAU-5003'],
      ['known', undefined],
    ]);
  });

  it('is asked for again when GitHub comes back', async () => {
    api.answers((response) => response.destroy());
    const own = learn();
    await own.asked;
    expect([own.state, told]).toEqual(['away', [['away', 'TAU-5001']]]);
    api.answers({ status: 200, body: { login: 'octo' } });
    clock.advance(2_000);
    await eventually(() => own.state === 'known');
    expect(own.current()).toEqual(['octo']);
  });

  it('is asked for no more when it is closed', async () => {
    api.answers({ status: 401 });
    const own = learn();
    await own.asked;
    await eventually(() => clock.pending === 1);
    own.close();
    expect(clock.pending).toBe(0);
  });
});
