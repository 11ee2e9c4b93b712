import { describe, expect, it } from 'vitest';
import { hasMarker, marker, withMarker } from './marker.js';

describe('the marker', () => {
  it('is an HTML comment with the key', () => {
    expect(marker('run-1/triage.0')).toBe('<!-- tau:run-1/triage.0 -->');
  });

  it.each(['a--b', 'a---b', 'a-->b', 'a ü b', 'x\u{1f642}y', '--', 'a%2Db'])(
    'cannot be left by what is in the key: %j',
    (key) => {
      const text = marker(key);
      const inside = text.slice('<!--'.length, -'-->'.length);
      expect(inside).not.toContain('--');
      expect(inside).not.toContain('>');
    },
  );

  it('differs where keys differ', () => {
    const keys = ['a--b', 'a-%2Db', 'a-%252Db', 'a-b', 'a b', 'a%20b', 'ab'];
    expect(new Set(keys.map(marker)).size).toBe(keys.length);
  });

  it('is found at the end of a body only, whatever GitHub does to white space there', () => {
    const body = withMarker('Hello\n', 'r/1');
    expect(body).toBe('Hello\n\n<!-- tau:r/1 -->');
    expect(hasMarker(`${body}\r\n`, 'r/1')).toBe(true);
    expect(hasMarker(body, 'r/10')).toBe(false);
    expect(hasMarker(`${body}\n> a reply below`, 'r/1')).toBe(false);
  });
});
