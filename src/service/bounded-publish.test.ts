import type { CloudEvent } from 'tau-core';
import { describe, expect, it } from 'vitest';
import { boundedPublish } from './bounded-publish.js';

const event = (chars: number): CloudEvent => ({ id: 'a', source: 's', type: 't', data: 'x'.repeat(chars) });

describe('boundedPublish', () => {
  it('refuses what is beyond the bound until something is acknowledged', async () => {
    const waiting: (() => void)[] = [];
    const publish = boundedPublish(
      () => new Promise((resolve) => waiting.push(() => resolve({ duplicate: false }))),
      100,
    );
    const first = publish('s', event(40));
    await expect(publish('s', event(11))).rejects.toMatchObject({
      data: { id: 'TAU-1008', retryable: true, outcome: 'not-done' },
    });
    const second = publish('s', event(10));
    for (const acknowledge of waiting.splice(0)) acknowledge();
    await Promise.all([first, second]);
    const third = publish('s', event(50));
    for (const acknowledge of waiting.splice(0)) acknowledge();
    expect(await third).toEqual({ duplicate: false });
  });

  it('gives back the room of what failed, and takes a single event of any size', async () => {
    const publish = boundedPublish(async () => {
      throw new Error('away');
    }, 100);
    for (let time = 0; time < 3; time += 1) await expect(publish('s', event(500))).rejects.toThrow('away');
  });
});
