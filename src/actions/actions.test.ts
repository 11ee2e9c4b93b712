import { TauError } from 'tau-core';
import { systemClock } from 'tau-core/node';
import { seededRandom } from 'tau-core/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ZodType, z } from 'zod';
import { BOT, REPOSITORY, type StandIn, standIn, TOKENS } from '../../test/stand-in.js';
import { createGithub } from '../github/github.js';
import type { ActionScope, ActionWork, GithubAction } from './action.js';
import { ACTIONS } from './actions.js';
import { addLabels } from './add-labels.js';
import { assign } from './assign.js';
import { closeIssue } from './close-issue.js';
import { removeLabel } from './remove-label.js';
import { setMilestone } from './set-milestone.js';

let github: StandIn;
let scope: ActionScope;

beforeAll(async () => {
  github = await standIn();
  scope = {
    github: createGithub({ apiUrl: github.url, token: TOKENS.bot, clock: systemClock, random: seededRandom(1) }),
    ownLogins: [BOT],
    work: work({}),
  };
});
afterAll(() => github.close());

function work(parts: Partial<ActionWork>): ActionWork {
  return { idempotencyKey: 'run/call', attempt: 1, redelivered: false, signal: new AbortController().signal, ...parts };
}

async function run<Schema extends ZodType>(action: GithubAction<Schema>, input: unknown): Promise<unknown> {
  return action.run(action.input.parse(input), scope);
}

interface Issue {
  readonly state: string;
  readonly labels: readonly { readonly name: string }[];
  readonly assignees: readonly { readonly login: string }[];
  readonly milestone: { readonly title: string } | null;
}

const issueOf = (number: number): Promise<Issue> => github.api('GET', `/repos/${REPOSITORY}/issues/${number}`);
const labelsOf = async (number: number) => (await issueOf(number)).labels.map(({ name }) => name);

async function failure(promise: Promise<unknown>): Promise<TauError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof TauError)) throw new Error(`no TauError: ${String(error)}`);
  return error;
}

describe('github/add-labels@v1', () => {
  it('adds labels, beside those that are there, as often as it is asked', async () => {
    const issue = await github.openIssue();
    await run(addLabels, { repository: REPOSITORY, issue, labels: ['bug'] });
    const twice = [1, 2].map(() => run(addLabels, { repository: REPOSITORY, issue, labels: 'bug, urgent,' }));
    for (const output of await Promise.all(twice)) {
      expect(output).toMatchObject({ issue, labels: [{ name: 'bug' }, { name: 'urgent', id: expect.any(Number) }] });
    }
    expect(await labelsOf(issue)).toEqual(['bug', 'urgent']);
  });

  it('refuses labels that the repository does not have, when it is told to, before it adds any', async () => {
    const issue = await github.openIssue();
    await github.api('POST', `/repos/${REPOSITORY}/labels`, { name: 'Known' });
    const refused = run(addLabels, { repository: REPOSITORY, issue, labels: ['known', 'typo'], missing: 'refuse' });
    const { data } = await failure(refused);
    expect(data).toMatchObject({ id: 'TAU-5002', outcome: 'not-done' });
    expect(data.message).toMatch(/no label typo; it has .*Known/);
    expect(await labelsOf(issue)).toEqual([]);
    await run(addLabels, { repository: REPOSITORY, issue, labels: ['Known'], missing: 'refuse' });
    expect(await labelsOf(issue)).toEqual(['Known']);
  });

  it('says when there is no such issue', async () => {
    const { data } = await failure(run(addLabels, { repository: REPOSITORY, issue: 9_999, labels: 'bug' }));
    expect(data).toMatchObject({ id: 'TAU-5005', outcome: 'not-done', retryable: false });
  });
});

describe('github/remove-label@v1', () => {
  it('removes a label, and is content when it is gone already', async () => {
    const issue = await github.openIssue();
    await run(addLabels, { repository: REPOSITORY, issue, labels: 'needs triage' });
    const input = { repository: REPOSITORY, issue, label: 'needs triage' };
    expect(await run(removeLabel, input)).toEqual({ issue, label: 'needs triage', removed: true });
    expect(await run(removeLabel, input)).toEqual({ issue, label: 'needs triage', removed: false });
    expect(await labelsOf(issue)).toEqual([]);
  });

  it('tells an issue that is not there from a label that is not', async () => {
    const input = { repository: REPOSITORY, issue: 9_999, label: 'bug' };
    expect((await failure(run(removeLabel, input))).data.id).toBe('TAU-5005');
  });
});

describe('github/assign@v1', () => {
  it('assigns people, as often as it is asked', async () => {
    const issue = await github.openIssue();
    for (const assignees of ['@alice', ['octo', 'alice']])
      await run(assign, { repository: REPOSITORY, issue, assignees });
    expect((await issueOf(issue)).assignees.map(({ login }) => login)).toEqual(['alice', 'octo']);
  });

  it('says when somebody cannot be assigned', async () => {
    const issue = await github.openIssue();
    const { data } = await failure(run(assign, { repository: REPOSITORY, issue, assignees: 'nobody' }));
    expect(data.id).toBe('TAU-5002');
  });
});

describe('github/set-milestone@v1', () => {
  it('takes a title or a number', async () => {
    for (const title of ['v1', '2030']) await github.api('POST', `/repos/${REPOSITORY}/milestones`, { title });
    const issue = await github.openIssue();
    const set = (milestone: unknown) => run(setMilestone, { repository: REPOSITORY, issue, milestone });
    expect(await set('v1')).toMatchObject({ milestone: { number: 1, title: 'v1' } });
    expect((await issueOf(issue)).milestone?.title).toBe('v1');
    expect(await set(2)).toMatchObject({ milestone: { number: 2, title: '2030' } });
    expect(await set('2030')).toMatchObject({ milestone: { number: 2 } });
    expect(await set('1')).toMatchObject({ milestone: { number: 1 } });
  });

  it('finds a title on any page', async () => {
    for (let index = 0; index < 101; index += 1) {
      await github.api('POST', `/repos/${REPOSITORY}/milestones`, { title: `sprint ${index}` });
    }
    const issue = await github.openIssue();
    for (const milestone of ['sprint 0', 'sprint 100']) {
      const output = await run(setMilestone, { repository: REPOSITORY, issue, milestone });
      expect(output).toMatchObject({ milestone: { title: milestone } });
    }
  });

  it('names the milestones that there are when it finds none', async () => {
    const issue = await github.openIssue();
    const { data } = await failure(run(setMilestone, { repository: REPOSITORY, issue, milestone: 'v99' }));
    expect(data.id).toBe('TAU-5005');
    expect(data.message).toMatch(/no milestone "v99"; it has ".*"/);
  });
});

describe('github/close-issue@v1', () => {
  it('closes an issue for a reason, as often as it is asked', async () => {
    const issue = await github.openIssue();
    const input = { repository: REPOSITORY, issue, reason: 'not_planned' };
    for (let time = 0; time < 2; time += 1) {
      expect(await run(closeIssue, input)).toMatchObject({ state: 'closed', reason: 'not_planned' });
    }
    expect((await issueOf(issue)).state).toBe('closed');
  });
});

describe('the inputs', () => {
  it.each([
    [{ repository: 'octo', issue: 1, labels: 'a' }, /owner\/name/],
    [{ repository: '../x/y', issue: 1, labels: 'a' }, /owner\/name/],
    [{ repository: REPOSITORY, issue: 0, labels: 'a' }, /issue|Too small/],
    [{ repository: REPOSITORY, issue: 'first', labels: 'a' }, /number/],
    [{ repository: REPOSITORY, issue: 1, labels: ' , ' }, /at least one/],
    [{ repository: REPOSITORY, issue: 1, label: 'a', labels: 'a' }, /label/],
  ])('are refused with the reason: %j', (input, message) => {
    expect(() => addLabels.input.parse(input)).toThrow(message);
  });

  it('take what expressions give: a number as text', () => {
    expect(addLabels.input.parse({ repository: REPOSITORY, issue: '12', labels: 'a' })).toMatchObject({ issue: 12 });
  });

  it('of every action have a JSON Schema', () => {
    for (const action of ACTIONS) {
      expect(z.toJSONSchema(action.input, { io: 'input' }), action.name).toMatchObject({
        type: 'object',
        additionalProperties: false,
        properties: { repository: { type: 'string' }, issue: { type: 'integer' } },
      });
    }
  });
});
