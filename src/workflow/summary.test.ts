import { describe, expect, test } from 'vitest';
import { joinSummaries, SUMMARY_BYTES_MAX } from './summary.js';

const bytes = (text: string): number => new TextEncoder().encode(text).length;

describe('summaries', () => {
  test('stand one under the other, as paragraphs', () => {
    expect(joinSummaries(undefined, 'a')).toBe('a');
    expect(joinSummaries('a', 'b')).toBe('a\n\nb');
    expect(joinSummaries('a\n', 'b')).toBe('a\n\nb');
    expect(joinSummaries('a', '')).toBe('a');
  });

  test.each(['a', 'é', '世', '😀'])('are cut at 1 MiB of UTF-8, never within a character: %s', (character) => {
    const fits = character.repeat(SUMMARY_BYTES_MAX / bytes(character));
    if (bytes(fits) === SUMMARY_BYTES_MAX) expect(joinSummaries(undefined, fits)).toBe(fits);
    const cut = joinSummaries(fits, `more ${character}`);
    expect(bytes(cut)).toBeLessThanOrEqual(SUMMARY_BYTES_MAX);
    expect(bytes(cut)).toBeGreaterThan(SUMMARY_BYTES_MAX - 100);
    expect(cut.endsWith('(The rest was cut: a summary may have 1 MiB.)\n')).toBe(true);
    expect(/[\ud800-\udbff](?![\udc00-\udfff])/.test(cut)).toBe(false);
    expect(joinSummaries(cut, 'x')).toBe(cut);
  });
});
