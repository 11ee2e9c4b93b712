import { describe, expect, it } from 'vitest';
import { seededRandom } from '../testing/seeded-random.js';
import { HLC_ZERO, type Hlc, hlcCompare, hlcMerge, hlcText, hlcTick, parseHlc } from './hlc.js';
import { instant } from './instant.js';

describe('the hybrid logical clock', () => {
  it('follows the wall clock, and counts when that stands still or goes back', () => {
    const first = hlcTick(HLC_ZERO, instant(1_000));
    expect(first).toEqual({ wallMs: 1_000, counter: 0 });
    expect(hlcTick(first, instant(1_000))).toEqual({ wallMs: 1_000, counter: 1 });
    expect(hlcTick(first, instant(900))).toEqual({ wallMs: 1_000, counter: 1 });
    expect(hlcTick(first, instant(1_001))).toEqual({ wallMs: 1_001, counter: 0 });
  });

  it('is after both of what it merges, whatever the clocks say', () => {
    const random = seededRandom(1);
    for (let round = 0; round < 1_000; round += 1) {
      const stamp = (): Hlc => ({ wallMs: random.int(5), counter: random.int(3) });
      const [last, received] = [stamp(), stamp()];
      const merged = hlcMerge(last, received, instant(random.int(5)));
      expect(hlcCompare(merged, last)).toBeGreaterThan(0);
      expect(hlcCompare(merged, received)).toBeGreaterThan(0);
    }
  });

  it('has a text that is read back, and sorts as the stamps do', () => {
    const stamps: Hlc[] = [
      HLC_ZERO,
      { wallMs: 35, counter: 36 },
      { wallMs: 36, counter: 0 },
      { wallMs: 1_767_225_600_000, counter: 5 },
      { wallMs: 1_767_225_600_000, counter: 40 },
      { wallMs: 4_070_908_800_000, counter: 0 },
    ];
    const texts = stamps.map(hlcText);
    expect([...texts].sort()).toEqual(texts);
    expect(texts.map(parseHlc)).toEqual(stamps);
  });

  it.each(['', 'x', '12.3', '000000000-0000', '000000000.0000.0', '00000000A.0000'])(
    'refuses other texts: %j',
    (text) => {
      expect(parseHlc(text)).toBeUndefined();
    },
  );
});
