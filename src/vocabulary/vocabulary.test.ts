import { describe, expect, it } from 'vitest';
import { eventTypeMatches } from './cloud-event.js';
import { ERROR_CATALOGUE } from './error-catalogue.js';
import { callId, regionId, runId, workId } from './ids.js';
import { earliest, instant, later } from './instant.js';
import { canonicalJson, type Json } from './json.js';

describe('the catalogue of errors', () => {
  it('gives no id twice', () => {
    const ids = Object.values(ERROR_CATALOGUE).map((entry) => entry.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('calls nothing done that may have been: what is retryable and unknown must be reconciled first', () => {
    expect(ERROR_CATALOGUE.WORK_LOST).toMatchObject({ outcome: 'unknown', retryable: true });
    expect(ERROR_CATALOGUE.JOURNAL_ABSENT).toMatchObject({ outcome: 'not-done', retryable: true });
  });
});

describe('ids', () => {
  it.each(['demo', 'github/octo/shop', 'a', 'x'.repeat(200), 'a.b_c-d:e'])('take a session id: %s', (text) => {
    expect(regionId(text)).toBe(text);
  });

  it.each(['', ' ', 'a b', 'ä', 'x'.repeat(201), 'a\n', '#1'])('refuse other texts as a session id: %j', (text) => {
    expect(() => regionId(text)).toThrow(/session id/);
  });

  it('name work by its run and its call', () => {
    expect(workId(runId('r1'), callId('label.0'))).toBe('r1/label.0');
    expect(() => runId('../r1')).toThrow(/run id/);
  });
});

describe('filters of event types', () => {
  it.each([
    ['github.issues.opened', 'github.issues.opened', true],
    ['github.issues.opened', 'github.issues.*', true],
    ['github.issues.opened', '*', true],
    ['github.issues.opened', 'github.issues', false],
    ['github.issues', 'github.issues.*', false],
  ])('%s against %s', (type, filter, matches) => {
    expect(eventTypeMatches(type, filter)).toBe(matches);
  });
});

describe('canonical JSON', () => {
  it('is the same for equal values, whatever order built them', () => {
    const a: Json = { b: [1, { d: null, c: 'ü"' }], a: true };
    const b: Json = { a: true, b: [1, { c: 'ü"', d: null }] };
    expect(canonicalJson(a)).toBe(canonicalJson(b));
    expect(canonicalJson(a)).toBe('{"a":true,"b":[1,{"c":"ü\\"","d":null}]}');
    expect(JSON.parse(canonicalJson(a))).toEqual(a);
  });

  it('leaves out what is undefined, as JSON does', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
  });
});

describe('instants', () => {
  it('are whole, and compared where one may be absent', () => {
    expect(instant(1.9)).toBe(1);
    expect(later(instant(1), 2)).toBe(3);
    expect(earliest(undefined, instant(2))).toBe(2);
    expect(earliest(instant(1), instant(2))).toBe(1);
    expect(earliest(undefined, undefined)).toBeUndefined();
  });
});
