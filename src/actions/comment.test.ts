import { TauError } from 'tau-core';
import { systemClock } from 'tau-core/node';
import { eventually, seededRandom, VirtualClock } from 'tau-core/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CuttingProxy, cuttingProxy } from '../../test/cutting-proxy.js';
import { BOT, REPOSITORY, type StandIn, standIn, TOKENS } from '../../test/stand-in.js';
import { createGithub, type Github } from '../github/github.js';
import type { ActionWork } from './action.js';
import { comment } from './comment.js';
import { marker, withMarker } from './marker.js';

let stand: StandIn;
let proxy: CuttingProxy;
let github: Github;

beforeAll(async () => {
  stand = await standIn();
});
afterAll(() => stand.close());
beforeEach(async () => {
  proxy = await cuttingProxy(stand.port);
  github = createGithub({ apiUrl: proxy.url, token: TOKENS.bot, clock: systemClock, random: seededRandom(1) });
});
afterEach(() => proxy.close());

const POST = /^POST .*\/comments$/;
const posts = () => proxy.forwarded.filter((line) => POST.test(line)).length;

interface Tried {
  readonly body?: string;
  readonly ownLogins?: readonly string[];
  readonly through?: Github;
}

async function tried(
  issue: number,
  work: Partial<ActionWork>,
  { body = 'Hello', ownLogins = [BOT], through = github }: Tried = {},
) {
  const signal = new AbortController().signal;
  return comment.run(
    { repository: REPOSITORY, issue, body },
    {
      github: through,
      ownLogins,
      work: { idempotencyKey: 'run/call', attempt: 1, redelivered: false, signal, ...work },
    },
  );
}

async function failure(promise: Promise<unknown>): Promise<TauError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TauError)) throw new Error(`no TauError: ${String(error)}`);
  return error;
}

describe('github/comment@v1', () => {
  it('comments with a marker that is not shown, in one request', async () => {
    const issue = await stand.openIssue();
    const output = await tried(issue, { idempotencyKey: 'run-1/greet' });
    const [made] = await stand.comments(issue);
    expect(made).toMatchObject({ body: `Hello\n\n${marker('run-1/greet')}`, user: { login: BOT } });
    expect(output).toEqual({ id: made?.id, url: made?.html_url, created: true });
    expect(proxy.forwarded).toHaveLength(1);
  });

  it('is reported unknown when its answer is lost, and found by the next attempt: one comment', async () => {
    const issue = await stand.openIssue();
    proxy.cut('answer', POST);
    const { data } = await failure(tried(issue, {}));
    expect(data).toMatchObject({ id: 'TAU-5001', outcome: 'unknown', retryable: true });
    expect([proxy.lost, posts()]).toEqual([1, 1]);

    const output = await tried(issue, { attempt: 2, redelivered: true });
    const comments = await stand.comments(issue);
    expect(comments).toHaveLength(1);
    expect(output).toEqual({ id: comments[0]?.id, url: comments[0]?.html_url, created: false });
    expect(posts()).toBe(1);
  });

  it('is found by another process too, that only knows of a redelivery', async () => {
    const issue = await stand.openIssue();
    await tried(issue, {});
    const other = createGithub({ apiUrl: proxy.url, token: TOKENS.bot, clock: systemClock, random: seededRandom(2) });
    expect(await tried(issue, { redelivered: true }, { through: other })).toMatchObject({ created: false });
    expect(await stand.comments(issue)).toHaveLength(1);
  });

  it('is made by the next attempt when the first never reached GitHub', async () => {
    const issue = await stand.openIssue();
    const away = createGithub({
      apiUrl: 'http://127.0.0.1:9',
      token: TOKENS.bot,
      clock: systemClock,
      random: seededRandom(1),
    });
    const { data } = await failure(tried(issue, {}, { through: away }));
    expect(data).toMatchObject({ id: 'TAU-5001', outcome: 'not-done', retryable: true });
    expect(await tried(issue, { attempt: 2 })).toMatchObject({ created: true });
    expect(await stand.comments(issue)).toHaveLength(1);
  });

  it('survives any number of lost answers with one comment', async () => {
    const issue = await stand.openIssue();
    proxy.cut('answer', POST);
    await failure(tried(issue, {}));
    // Reads are tried again by themselves; three lost answers are more than they take.
    proxy.cut('answer', /^GET .*\/comments/, 3);
    const { data } = await failure(tried(issue, { attempt: 2 }));
    expect(data).toMatchObject({ id: 'TAU-5001', outcome: 'unknown', retryable: true });
    expect(await tried(issue, { attempt: 3 })).toMatchObject({ created: false });
    expect([posts(), (await stand.comments(issue)).length]).toEqual([1, 1]);
  });

  it('is unknown when the answer never comes', async () => {
    const issue = await stand.openIssue();
    const clock = new VirtualClock();
    const through = createGithub({ apiUrl: proxy.url, token: TOKENS.bot, clock, random: seededRandom(1) });
    proxy.cut('silence', POST);
    const failed = failure(tried(issue, {}, { through }));
    await eventually(() => proxy.lost > 0);
    clock.advance(10_000);
    expect((await failed).data).toMatchObject({ outcome: 'unknown', details: { failure: 'timeout' } });
    expect(await tried(issue, { attempt: 2 })).toMatchObject({ created: false });
    expect(await stand.comments(issue)).toHaveLength(1);
  });

  it('is looked for on every page', async () => {
    const issue = await stand.openIssue();
    for (let index = 0; index < 150; index += 1) {
      const body = index === 120 ? withMarker('Hello', 'run/call') : `comment ${index}`;
      await stand.api('POST', `/repos/${REPOSITORY}/issues/${issue}/comments`, { body }, TOKENS.bot);
    }
    expect(await tried(issue, { attempt: 2 })).toMatchObject({ created: false });
    expect(await tried(issue, { attempt: 2, idempotencyKey: 'run/other' })).toMatchObject({ created: true });
  });

  it('is not silenced by the marker of somebody else', async () => {
    const issue = await stand.openIssue();
    const body = withMarker('I know your runs', 'run/call');
    await stand.api('POST', `/repos/${REPOSITORY}/issues/${issue}/comments`, { body }, TOKENS.alice);
    expect(await tried(issue, { attempt: 2 })).toMatchObject({ created: true });
  });

  it('takes the marker alone for proof while it does not know its own login', async () => {
    const issue = await stand.openIssue();
    const body = withMarker('Hello', 'run/call');
    await stand.api('POST', `/repos/${REPOSITORY}/issues/${issue}/comments`, { body }, TOKENS.bot);
    expect(await tried(issue, { attempt: 2 }, { ownLogins: [] })).toMatchObject({ created: false });
  });

  it('is another for another piece of work with the same words', async () => {
    const issue = await stand.openIssue();
    await tried(issue, { idempotencyKey: 'run/1' });
    await tried(issue, { idempotencyKey: 'run/2', attempt: 2 });
    expect(await stand.comments(issue)).toHaveLength(2);
  });

  it('leaves the outcome unknown when an earlier attempt cannot be looked for any more', async () => {
    const { data } = await failure(tried(9_999, { attempt: 2 }));
    expect(data).toMatchObject({ id: 'TAU-5005', outcome: 'unknown' });
  });

  it('takes bodies that leave room for the marker', () => {
    const parse = (length: number) =>
      comment.input.safeParse({ repository: REPOSITORY, issue: 1, body: 'x'.repeat(length) });
    expect(parse(65_024).success).toBe(true);
    expect(parse(65_025).success).toBe(false);
    expect(parse(0).success).toBe(false);
  });
});
