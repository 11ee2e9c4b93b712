import { expect, test } from 'vitest';
import type * as kernelv1 from '../contract/kernel-v1.js';
import { seededRandom } from '../testing/seeded-random.js';
import { type PublishEntry, PublishWindow } from './publish-window.js';

const LIMITS = { itemsMax: 5, bytesMax: 100, batchItemsMax: 3, batchBytesMax: 50 };

function entry(id: number, bytes = 1): PublishEntry {
  const request: kernelv1.PublishEventRequest = { sessionId: String(id), event: undefined, durability: 0 };
  return { request, bytes, resolve: () => undefined, reject: () => undefined };
}

function filled(...bytes: readonly number[]): PublishWindow {
  const window = new PublishWindow(LIMITS);
  for (const [id, size] of bytes.entries()) window.push(entry(id, size));
  return window;
}

function taken(window: PublishWindow): string {
  return window
    .take()
    .map(({ sessionId }) => sessionId)
    .join('');
}

test('sends batches in order until the window is full, and goes on as answers come', () => {
  const window = filled(1, 1, 1, 1, 1, 1, 1);
  expect([taken(window), taken(window), taken(window)]).toEqual(['012', '34', '']);
  expect(window.acknowledge()?.request.sessionId).toBe('0');
  expect(taken(window)).toBe('5');
  expect([window.size, window.inFlight, window.waiting]).toEqual([6, 5, 1]);
});

test('a batch stays within its bytes, the window within its own', () => {
  const window = filled(30, 30, 30, 30);
  expect([taken(window), taken(window), taken(window), taken(window)]).toEqual(['0', '1', '2', '']);
  window.acknowledge();
  expect(taken(window)).toBe('3');
});

test('an entry above all limits is sent alone', () => {
  const window = filled(1, 500, 1);
  expect([taken(window), taken(window)]).toEqual(['0', '']);
  window.acknowledge();
  expect([taken(window), taken(window)]).toEqual(['1', '']);
  window.acknowledge();
  expect(taken(window)).toBe('2');
});

test('after a cut everything unacknowledged is sent again in the same order', () => {
  const window = filled(40, 40, 1, 1);
  expect(taken(window) + taken(window)).toBe('0123');
  window.acknowledge();
  window.rewind();
  expect(window.inFlight).toBe(0);
  expect(taken(window)).toBe('123');
});

test('an answer without a question belongs to nobody', () => {
  const window = filled(1);
  expect(window.acknowledge()).toBeUndefined();
  expect(window.size).toBe(1);
});

test('gives up everything that is in it, and can be used again', () => {
  const window = filled(1, 1, 1);
  window.take();
  window.acknowledge();
  expect(window.takeAll().map(({ request }) => request.sessionId)).toEqual(['1', '2']);
  expect([window.size, taken(window)]).toEqual([0, '']);
  window.push(entry(9));
  expect(taken(window)).toBe('9');
});

test('keeps the order through thousands of random steps', () => {
  const random = seededRandom(4);
  const window = new PublishWindow({ itemsMax: 400, bytesMax: 1e9, batchItemsMax: 64, batchBytesMax: 1e9 });
  const sent: number[] = [];
  let pushed = 0;
  let acknowledged = 0;
  for (let step = 0; step < 20_000; step += 1) {
    const kind = random.int(100);
    if (kind < 45) window.push(entry(pushed++));
    else if (kind < 55) sent.push(...window.take().map(({ sessionId }) => Number(sessionId)));
    else if (kind < 99) acknowledged += checkAcknowledged(window, acknowledged);
    else window.rewind();
    if (kind === 99) sent.length = acknowledged;
    expect(window.size).toBe(pushed - acknowledged);
    expect(window.inFlight).toBe(sent.length - acknowledged);
  }
  expect(acknowledged).toBeGreaterThan(5_000);
  expect(sent).toEqual(sent.map((_, index) => index));
});

/** Takes one answer, which must be for the oldest; gives how many that were. */
function checkAcknowledged(window: PublishWindow, expected: number): number {
  const acknowledged = window.acknowledge();
  if (acknowledged === undefined) return 0;
  expect(acknowledged.request.sessionId).toBe(String(expected));
  return 1;
}
