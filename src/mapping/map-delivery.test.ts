import { createHash } from 'node:crypto';
import { regionId } from 'tau-core';
import { describe, expect, it } from 'vitest';
import { recorded } from '../../test/recorded.js';
import { type Delivery, mapDelivery } from './map-delivery.js';

function delivery(event: string, payload: unknown, id = '72d3162e-cc78-11e3-81ab-4c9367dc0958'): Delivery {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const bodySha256 = createHash('sha256').update(body).digest('hex');
  return { id, event, body, bodySha256, receivedAt: '2026-01-01T00:00:00.000Z' };
}

function mapped(event: string, payload: unknown, own: readonly string[] = []) {
  const result = mapDelivery(delivery(event, payload), own);
  if (!result.ok) throw new Error(result.reason);
  return result;
}

const repository = { full_name: 'octo/shop' };

describe('every recorded payload', () => {
  it('is there', () => {
    expect(recorded).toHaveLength(329);
  });

  it.each(recorded)('$name $index', ({ name, payload }) => {
    // Spaced as no serialiser would: what comes out must be the text that came in.
    const body = JSON.stringify(payload, undefined, 3);
    const result = mapped(name, body);
    expect(result.event.data).toBe(body);
    expect(result.event.type).toBe(
      payload['action'] === undefined ? `github.${name}` : `github.${name}.${payload['action']}`,
    );
    expect(regionId(result.sessionId)).toBe(result.sessionId);
    expect(result.event.source).toBe(result.sessionId);

    const repo = (payload['repository'] as { full_name?: string } | undefined)?.full_name;
    const organization = (payload['organization'] as { login?: string } | undefined)?.login;
    expect(result.sessionId).toBe(`github/${repo ?? organization ?? '-'}`);

    const number = (member: string) => (payload[member] as { number?: number } | undefined)?.number;
    const issue = payload['issue'] as { pull_request?: unknown } | undefined;
    const expected: readonly [string, number | undefined][] = [
      ['pulls', number('pull_request')],
      [issue?.pull_request === undefined ? 'issues' : 'pulls', number('issue')],
      ['discussions', number('discussion')],
      ['alerts', number('alert')],
      ['milestones', number('milestone')],
      ['projects', number('project')],
    ];
    const [kind, value] = expected.find(([, n]) => n !== undefined) ?? [];
    expect(result.event.subject).toBe(kind === undefined ? undefined : `${kind}/${value}`);
  });

  it('has a subject wherever GitHub names an issue or a pull request', () => {
    const numbered = recorded.filter(({ payload }) => 'issue' in payload || 'pull_request' in payload);
    expect(numbered.length).toBeGreaterThan(60);
    for (const { name, payload } of numbered)
      expect(mapped(name, payload).event.subject).toMatch(/^(issues|pulls)\/\d+$/);
  });
});

describe('the event id', () => {
  it('is the delivery id with a part of the body hash', () => {
    const first = delivery('ping', { zen: 'a' }, '1');
    const result = mapDelivery(first, []);
    expect(result.ok && result.event.id).toBe(`1:${first.bodySha256.slice(0, 16)}`);
  });

  it('differs for two bodies under one delivery id, and is the same for a redelivery', () => {
    const id = (payload: unknown) => {
      const result = mapDelivery(delivery('ping', payload, '1'), []);
      return result.ok ? result.event.id : undefined;
    };
    expect(id({ zen: 'a' })).not.toBe(id({ zen: 'b' }));
    expect(id({ zen: 'a' })).toBe(id({ zen: 'a' }));
  });
});

describe('names from outside', () => {
  it.each([
    '../../etc',
    'octo/../x',
    'octo/..',
    'octo/',
    '/shop',
    'octo',
    'oc to/shop',
    'tau/audit/x',
    'octo/sh\u0000p',
    '-/shop',
  ])('takes %j as no repository', (fullName) => {
    const result = mapped('push', { repository: { full_name: fullName }, organization: { login: 'octo-org' } });
    expect(result.sessionId).toBe('github/octo-org');
  });

  it('never leaves the form of a session id, even at the longest names', () => {
    const long = mapped('push', { repository: { full_name: `${'o'.repeat(80)}/${'r'.repeat(100)}` } });
    expect(regionId(long.sessionId)).toHaveLength(188);
    expect(mapped('push', { repository: { full_name: `${'o'.repeat(81)}/r` } }).sessionId).toBe('github/-');
  });

  it('keeps an action that is no plain word in the body alone', () => {
    expect(mapped('repository_dispatch', { action: 'deploy now!', repository }).event.type).toBe(
      'github.repository_dispatch',
    );
    expect(mapped('repository_dispatch', { action: 'deploy.now', repository }).event.type).toBe(
      'github.repository_dispatch.deploy.now',
    );
    expect(mapped('push', { action: 7, repository }).event.type).toBe('github.push');
  });

  it.each([
    ['ISSUES', '1'],
    ['issues.opened', '1'],
    ['', '1'],
    ['issues', ''],
    ['issues', 'a b'],
    ['issues', 'x'.repeat(65)],
  ])('refuses event %j with delivery id %j', (event, id) => {
    expect(mapDelivery(delivery(event, { repository }, id), []).ok).toBe(false);
  });
});

describe('a body that is no JSON object', () => {
  it.each(['', '{', '[]', 'null', '"text"', '\ufeff{}'])('is refused: %j', (body) => {
    expect(mapDelivery(delivery('issues', body), [])).toEqual({ ok: false, reason: 'the body is no JSON object' });
  });
});

describe('the loop guard', () => {
  it('marks what TAU did itself, whatever the case of the login', () => {
    const payload = { repository, sender: { login: 'Tau-Bot' } };
    expect(mapped('issues', payload, ['tau-bot']).event.echo).toBe(true);
    expect(mapped('issues', payload, ['other']).event.echo).toBeUndefined();
    expect(mapped('issues', { repository }, ['tau-bot']).event.echo).toBeUndefined();
  });
});
