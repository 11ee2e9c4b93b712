import { describe, expect, test } from 'vitest';
import { FrameQueue, type FrameQueueOptions } from './frame-queue.js';

function queueOf(options: Partial<FrameQueueOptions<string, string>> = {}): FrameQueue<string, string> {
  return new FrameQueue({
    framesMax: 100,
    framesPerMessage: 64,
    messageBytes: 1000,
    wrap: (frames) => frames.join(''),
    ...options,
  });
}

describe('a reader', () => {
  test('gets all that was pushed before it came', async () => {
    const queue = queueOf();
    for (const frame of 'abc') queue.push(frame, 1);
    expect(await queue.next()).toStrictEqual({ done: false, value: 'abc' });
    expect(queue.length).toBe(0);
  });

  test('that waits gets in one message what one run of promise jobs pushes', async () => {
    const queue = queueOf();
    const message = queue.next();
    const handlers = ['a', 'b', 'c', 'd'].map((frame) => Promise.resolve(frame).then((done) => queue.push(done, 1)));
    await Promise.all(handlers);
    expect((await message).value).toBe('abcd');
  });

  test('gets no more frames than a message may hold, in order', async () => {
    const queue = queueOf({ framesPerMessage: 2 });
    for (const frame of 'abcde') queue.push(frame, 1);
    const values = [await queue.next(), await queue.next(), await queue.next()].map((result) => result.value);
    expect(values).toStrictEqual(['ab', 'cd', 'e']);
  });

  test('gets no more bytes than asked beside the frame that reaches them', async () => {
    const queue = queueOf({ messageBytes: 10 });
    queue.push('a', 4);
    queue.push('b', 6);
    queue.push('c', 5000);
    queue.push('d', 1);
    const values = [await queue.next(), await queue.next(), await queue.next()].map((result) => result.value);
    expect(values).toStrictEqual(['ab', 'c', 'd']);
  });
});

describe('what is said last', () => {
  test('is asked for once a message, after its frames', async () => {
    let owed = 0;
    const queue = queueOf({
      addLast: () => {
        const last = owed === 0 ? undefined : `+${owed}`;
        owed = 0;
        return last;
      },
    });
    const message = queue.next();
    for (const frame of 'abc') {
      queue.push(frame, 1);
      owed += 1;
    }
    expect((await message).value).toBe('abc+3');
  });

  test('makes a message of its own when the queue is woken', async () => {
    let owed = false;
    const queue = queueOf({ addLast: () => (owed ? '+' : undefined) });
    const message = queue.next();
    queue.wake();
    await Promise.resolve();
    owed = true;
    queue.wake();
    expect((await message).value).toBe('+');
  });
});

describe('its end', () => {
  test('a full queue takes nothing, and says so', () => {
    const queue = queueOf({ framesMax: 2 });
    expect([queue.push('a', 1), queue.push('b', 1), queue.push('c', 1)]).toStrictEqual([true, true, false]);
    expect(queue.length).toBe(2);
  });

  test('closing ends a reader that waits, and every later one', async () => {
    const queue = queueOf();
    const waiting = queue.next();
    queue.close();
    expect(await waiting).toStrictEqual({ done: true, value: undefined });
    expect(await queue.next()).toStrictEqual({ done: true, value: undefined });
    expect(queue.push('a', 1)).toBe(false);
  });

  test('ending gives what is queued first', async () => {
    const queue = queueOf({ framesPerMessage: 2 });
    for (const frame of 'abc') queue.push(frame, 1);
    queue.end();
    expect(queue.push('d', 1)).toBe(false);
    const messages: string[] = [];
    for await (const message of queue) messages.push(message);
    expect(messages).toStrictEqual(['ab', 'c']);
  });

  test('closing drops what is queued, and says nothing last', async () => {
    const queue = queueOf({ addLast: () => '+' });
    queue.push('a', 1);
    queue.close();
    expect(await queue.next()).toStrictEqual({ done: true, value: undefined });
  });

  test('a reader that leaves closes it', async () => {
    const queue = queueOf();
    queue.push('a', 1);
    for await (const message of queue) {
      expect(message).toBe('a');
      break;
    }
    expect(queue.push('b', 1)).toBe(false);
  });
});
