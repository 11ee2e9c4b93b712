import { type Json, type RunBegin, runId } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { githubContext } from './github-context.js';

const begin: RunBegin = {
  runId: runId('run-7'),
  sessionId: 'github/octo/shop',
  input: { count: 2 },
  startedAt: 1 as RunBegin['startedAt'],
};

function contextOf(type: string, payload: Json, source = 'github/octo/shop') {
  return githubContext({ ...begin, event: { id: '1', source, type, data: JSON.stringify(payload) } }, 'Triage');
}

const REPOSITORY = { full_name: 'octo/shop', id: 5, default_branch: 'main', owner: { login: 'octo', id: 6 } };

describe('the github context', () => {
  test('of an issue', () => {
    const payload = {
      action: 'opened',
      issue: { number: 3 },
      repository: REPOSITORY,
      sender: { login: 'mona', id: 9 },
    };
    expect(contextOf('github.issues.opened', payload)).toEqual({
      event: payload,
      event_name: 'issues',
      run_id: 'run-7',
      run_attempt: '1',
      workflow: 'Triage',
      actor: 'mona',
      triggering_actor: 'mona',
      actor_id: 9,
      repository: 'octo/shop',
      repository_id: 5,
      repository_owner: 'octo',
      repository_owner_id: 6,
      ref: 'refs/heads/main',
      ref_name: 'main',
      ref_type: 'branch',
    });
  });

  test.each([
    [
      'github.push',
      { ref: 'refs/tags/v1', after: 'abc' },
      { ref: 'refs/tags/v1', ref_name: 'v1', ref_type: 'tag', sha: 'abc' },
    ],
    [
      'github.pull_request.opened',
      { number: 8, pull_request: { head: { ref: 'fix', sha: 'def' }, base: { ref: 'main' } } },
      { ref: 'refs/pull/8/merge', ref_name: '8/merge', head_ref: 'fix', base_ref: 'main', sha: 'def' },
    ],
    ['github.release.published', { release: { tag_name: 'v2' } }, { ref: 'refs/tags/v2', ref_type: 'tag' }],
    ['github.issues.opened', { repository: { default_branch: 'trunk' } }, { ref: 'refs/heads/trunk' }],
    [
      'github.create',
      { ref: 'fix/1', ref_type: 'branch', repository: REPOSITORY },
      { ref: 'refs/heads/fix/1', ref_name: 'fix/1', ref_type: 'branch' },
    ],
    ['github.create', { ref: 'v3', ref_type: 'tag' }, { ref: 'refs/tags/v3', ref_name: 'v3', ref_type: 'tag' }],
    [
      'github.merge_group.checks_requested',
      { merge_group: { head_ref: 'refs/heads/gh-readonly-queue/main/pr-7', head_sha: 'f00' }, repository: REPOSITORY },
      { ref: 'refs/heads/gh-readonly-queue/main/pr-7', ref_name: 'gh-readonly-queue/main/pr-7', sha: 'f00' },
    ],
    ['github.delete', { ref: 'fix', ref_type: 'branch', repository: REPOSITORY }, { ref: 'refs/heads/main' }],
  ])('tells the ref of %s', (type, payload, expected) => {
    expect(contextOf(type, payload)).toMatchObject(expected);
  });

  test.each(['github.deployment.created', 'github.deployment_status.created'])(
    'of %s is about what is deployed: whether that is a branch or a tag nobody tells',
    (type) => {
      const deployed = contextOf(type, { deployment: { ref: 'v4', sha: 'abc' }, repository: REPOSITORY });
      expect(deployed).toMatchObject({ ref_name: 'v4', sha: 'abc' });
      expect(deployed).not.toHaveProperty('ref');
      const commit = contextOf(type, { deployment: { ref: 'abc', sha: 'abc' }, repository: REPOSITORY });
      expect(commit).toMatchObject({ sha: 'abc' });
      expect(commit).not.toHaveProperty('ref_name');
    },
  );

  test.each([
    ['https://github.com', 'https://api.github.com'],
    ['https://git.octo.example', 'https://git.octo.example/api/v3'],
  ])('says where %s is, for links', (server, api) => {
    const repository = { ...REPOSITORY, html_url: `${server}/octo/shop`, url: `${api}/repos/octo/shop` };
    expect(contextOf('github.issues.opened', { repository })).toMatchObject({ server_url: server, api_url: api });
  });

  test('of an event of an organization has its owner, and no repository', () => {
    const context = contextOf('github.organization.renamed', { organization: { login: 'octo' } }, 'github/octo');
    const org = githubContext({ ...begin, sessionId: 'github/octo' }, 'Triage');
    expect(context.repository_owner).toBe('octo');
    expect(org.repository).toBeUndefined();
  });

  test('of a run that a client started', () => {
    expect(githubContext(begin, 'Triage')).toEqual({
      event: { inputs: { count: '2' } },
      event_name: 'workflow_dispatch',
      run_id: 'run-7',
      run_attempt: '1',
      workflow: 'Triage',
      repository: 'octo/shop',
      repository_owner: 'octo',
    });
  });

  test('has the inputs of a client as texts, as at GitHub; lists and objects, which GitHub has not, stay', () => {
    const input = { flag: true, off: false, count: 5, half: 0.5, name: 'x', none: null, list: [1], map: { a: 1 } };
    expect(githubContext({ ...begin, input }, 'Triage').event).toEqual({
      inputs: {
        flag: 'true',
        off: 'false',
        count: '5',
        half: '0.5',
        name: 'x',
        none: '',
        list: [1],
        map: { a: 1 },
      },
    });
  });

  test.each([
    { ref: 'refs/heads/old', deleted: true, after: '0'.repeat(40) },
    { ref: 'refs/heads/old', after: '0'.repeat(40) },
    { ref: 'refs/tags/v1', deleted: true },
  ])('of a push that deletes %j is about the default branch, whose commit nobody told', (payload) => {
    const context = contextOf('github.push', { ...payload, repository: REPOSITORY });
    expect(context).toMatchObject({ ref: 'refs/heads/main', ref_name: 'main', ref_type: 'branch' });
    expect(context).not.toHaveProperty('sha');
    expect(context.event).toMatchObject({ ref: payload.ref });
  });

  test("of an event that is not GitHub's, or holds no JSON, or hostile JSON", () => {
    expect(contextOf('deploy.done', { ok: true })).toMatchObject({ event_name: 'deploy.done', event: { ok: true } });
    const odd = { ...begin, event: { id: '1', source: 'x', type: 'note', data: 'not JSON' } };
    expect(githubContext(odd, 'Triage')).toMatchObject({ event: 'not JSON', repository: 'octo/shop' });
    for (const payload of [
      null,
      5,
      'x',
      [],
      { repository: null },
      { repository: [] },
      { sender: { login: 5 } },
    ] as const) {
      expect(() => contextOf('github.issues.opened', payload)).not.toThrow();
    }
    const polluted = contextOf('github.issues.opened', JSON.parse('{"__proto__":{"sender":{"login":"evil"}}}') as Json);
    expect(polluted.actor).toBeUndefined();
  });
});
