import { type Clock, TauError, tauError } from 'tau-core';
import { systemClock } from 'tau-core/node';
import { eventually, seededRandom, VirtualClock } from 'tau-core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Script, type ScriptedApi, scriptedApi } from '../../test/scripted-api.js';
import { callGithub, findInList, PAGE_ITEMS } from './call-github.js';
import { createGithub, type Github } from './github.js';
import { type Pace, paceOf } from './pace.js';

let api: ScriptedApi;

beforeEach(async () => {
  api = await scriptedApi();
});
afterEach(() => api.close());

const ISSUE = { owner: 'octo', repo: 'shop', issue_number: 7 };
const never = new AbortController().signal;

function github(options: { clock?: Clock; url?: string; pace?: Pace } = {}): Github {
  return createGithub({
    apiUrl: options.url ?? api.url,
    token: 'a-token',
    clock: options.clock ?? systemClock,
    random: seededRandom(1),
    ...(options.pace === undefined ? {} : { pace: options.pace }),
  });
}

function read(way: Github, signal = never): Promise<unknown> {
  return callGithub(way, { kind: 'read', what: 'issue', signal }, (request) =>
    way.rest.issues.get({ ...ISSUE, request }),
  );
}

function write(way: Github, signal = never): Promise<unknown> {
  return callGithub(way, { kind: 'write', what: 'comment', signal }, (request) =>
    way.rest.issues.createComment({ ...ISSUE, body: 'hello', request }),
  );
}

function inAnHour(): string {
  return String(Math.ceil(systemClock.now() / 1_000) + 3_600);
}

async function failure(promise: Promise<unknown>): Promise<TauError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TauError)) throw new Error(`no TauError: ${String(error)}`);
  return error;
}

describe('what GitHub answers', () => {
  it('is passed on, and the token is sent', async () => {
    api.answers({ status: 200, body: { number: 7 } });
    expect(await read(github())).toEqual({ number: 7 });
    expect(api.headers().authorization).toBe('token a-token');
  });

  it.each([
    [401, 'TAU-5003', 'GITHUB_TOKEN'],
    [403, 'TAU-5003', 'permission'],
    [404, 'TAU-5005', 'may not see it'],
    [409, 'TAU-5002', '409'],
    [410, 'TAU-5002', '410'],
    [422, 'TAU-5002', 'no good'],
  ])('%i becomes %s, was not done, and is not tried again', async (status, id, message) => {
    api.answers({ status, body: { message: 'no good' } });
    for (const attempt of [read, write]) {
      const { data } = await failure(attempt(github()));
      expect(data).toMatchObject({ id, outcome: 'not-done', retryable: false, details: { status } });
      expect(data.message).toContain(message);
    }
    expect(api.requests).toHaveLength(2);
  });

  it.each([
    ['a primary limit', { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': inAnHour() } }],
    [
      'a secondary limit',
      { status: 403, headers: { 'retry-after': '3600' }, body: { message: 'secondary rate limit' } },
    ],
    ['too many requests', { status: 429, headers: { 'retry-after': '3600' } }],
    [
      'a secondary limit without a time',
      { status: 403, body: { message: 'You have exceeded a secondary rate limit' } },
    ],
  ])('%s is told with its end and not waited for', async (_, answer) => {
    api.answers(answer);
    const { data } = await failure(write(github()));
    expect(data).toMatchObject({ id: 'TAU-5004', outcome: 'not-done', retryable: true });
    expect(data.retryAfterMs).toBeGreaterThanOrEqual(60_000);
    expect(api.requests).toHaveLength(1);
  });

  it('is asked for again after a short limit, a write too: it was refused', async () => {
    const limited = { status: 403, headers: { 'retry-after': '1' }, body: { message: 'secondary rate limit' } };
    api.answers(limited, { status: 201, body: { id: 1 } });
    expect(await write(github())).toEqual({ id: 1 });
    expect(api.requests).toHaveLength(2);
  });
});

describe('a read', () => {
  it('is tried again by the retry plugin when GitHub fails', async () => {
    api.answers({ status: 502 }, { status: 200, body: { number: 7 } });
    expect(await read(github())).toEqual({ number: 7 });
    expect(api.requests).toHaveLength(2);
  });

  it('leaves nothing unknown when it fails for good', async () => {
    const controller = new AbortController();
    api.answers(() => controller.abort());
    const { data } = await failure(read(github(), controller.signal));
    expect(data).toMatchObject({ id: 'TAU-5001', outcome: 'not-done', retryable: true });
    expect(api.requests).toHaveLength(1);
  });
});

describe('a write', () => {
  it.each<[string, Script]>([
    ['an error of GitHub', { status: 500 }],
    ['a bad gateway', { status: 502 }],
    ['a cut before the answer', (response) => response.destroy()],
    [
      'a cut within the answer',
      (response) => {
        response.writeHead(201, { 'content-type': 'application/json', 'content-length': '100' });
        response.write('{"id":', () => response.destroy());
      },
    ],
  ])('is unknown after %s, and is never sent again', async (_, script) => {
    api.answers(script, { status: 201, body: { id: 1 } });
    const { data } = await failure(write(github()));
    expect(data).toMatchObject({ id: 'TAU-5001', outcome: 'unknown', retryable: true });
    expect(api.requests).toHaveLength(1);
  });

  it('is unknown when no answer comes in time', async () => {
    const clock = new VirtualClock();
    api.answers(() => undefined);
    const failed = failure(write(github({ clock })));
    await eventually(() => api.requests.length === 1);
    clock.advance(10_000);
    const { data } = await failed;
    expect(data).toMatchObject({ id: 'TAU-5001', outcome: 'unknown', details: { failure: 'timeout' } });
  });

  it('was not done when nobody listens there', async () => {
    const closed = await scriptedApi();
    await closed.close();
    const { data } = await failure(write(github({ url: closed.url })));
    expect(data).toMatchObject({ id: 'TAU-5001', outcome: 'not-done', retryable: true });
    expect(data.message).toContain('ECONNREFUSED');
  });

  it('ends as whoever stopped it says, when nothing was sent', async () => {
    const cancelled = tauError('RUN_CANCELLED', 'enough');
    expect(await failure(write(github(), AbortSignal.abort(cancelled)))).toBe(cancelled);
  });

  it('was not done when its work had ended before', async () => {
    const { data } = await failure(write(github(), AbortSignal.abort()));
    expect(data).toMatchObject({ id: 'TAU-5001', outcome: 'not-done' });
    expect(api.requests).toEqual([]);
  });

  it('is unknown when its work ends under way, and ends at once', async () => {
    const controller = new AbortController();
    api.answers(() => controller.abort());
    const { data } = await failure(write(github(), controller.signal));
    expect(data).toMatchObject({ id: 'TAU-5001', outcome: 'unknown' });
  });

  it('is not sent when its work ends while it waits for its turn', async () => {
    api.answers({ status: 201, body: {} });
    const way = github({ pace: { writeIntervalMs: 60_000, notifyIntervalMs: 0 } });
    await write(way);
    const controller = new AbortController();
    const failed = failure(write(way, controller.signal));
    controller.abort();
    expect((await failed).data.outcome).toBe('not-done');
    expect(api.requests).toHaveLength(1);
  });
});

describe('the pace', () => {
  it('is the one that GitHub asks for on its own hosts, and none elsewhere', () => {
    expect(paceOf('https://api.github.com').notifyIntervalMs).toBe(3_000);
    expect(paceOf('https://api.octo.ghe.com').writeIntervalMs).toBe(1_000);
    expect(paceOf('https://github.example.org/api/v3').writeIntervalMs).toBe(0);
    expect(paceOf('http://notgithub.com').writeIntervalMs).toBe(0);
  });

  it('is kept between writes', async () => {
    const times: number[] = [];
    api.answers((response) => {
      times.push(performance.now());
      response.writeHead(201, { 'content-type': 'application/json' }).end('{}');
    });
    const way = github({ pace: { writeIntervalMs: 60, notifyIntervalMs: 0 } });
    await Promise.all([write(way), write(way)]);
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(50);
  });
});

describe('findInList', () => {
  const full = Array.from({ length: PAGE_ITEMS }, (_, index) => index);

  it('stops at the item that is wanted', async () => {
    const asked: number[] = [];
    const list = await findInList(
      async (page) => {
        asked.push(page);
        return full.map((item) => item + page * 1_000);
      },
      (item) => item === 2_001,
    );
    expect([list.found, asked]).toEqual([2_001, [1, 2]]);
  });

  it('reads to the end when it is not there', async () => {
    const list = await findInList(
      async (page) => (page === 3 ? [1] : full),
      () => false,
    );
    expect([list.found, list.whole, list.items.length]).toEqual([undefined, true, 201]);
  });

  it('says so when the list has no end', async () => {
    const list = await findInList(
      async () => full,
      () => false,
    );
    expect([list.found, list.whole, list.items.length]).toEqual([undefined, false, 10_000]);
  });
});
