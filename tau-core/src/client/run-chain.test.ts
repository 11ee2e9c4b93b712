import { expect, test } from 'vitest';
import { RunChain } from './run-chain.js';

test('takes events that name each other, and knows where to go on', () => {
  const chain = new RunChain('r', 0);
  chain.take({ seq: 3, prevSeq: 0 });
  chain.take({ seq: 7, prevSeq: 3 });
  expect(chain.nextSeq).toBe(8);
});

test('a watch from the middle takes any event before it as the one before', () => {
  const chain = new RunChain('r', 6);
  chain.take({ seq: 9, prevSeq: 5 });
  expect(chain.nextSeq).toBe(10);
});

test('a watch from the middle notices the loss of an event that it asked for', () => {
  expect(() => new RunChain('r', 6).take({ seq: 9, prevSeq: 6 })).toThrow(
    'event 9 follows event 6, which was not given',
  );
  expect(() => new RunChain('r', 0).take({ seq: 9, prevSeq: 1 })).toThrow(
    'event 9 follows event 1, which was not given',
  );
});

test('notices a loss, a repetition and a turn back', () => {
  const at7 = (): RunChain => {
    const chain = new RunChain('r', 0);
    chain.take({ seq: 7, prevSeq: 0 });
    return chain;
  };
  expect(() => at7().take({ seq: 12, prevSeq: 9 })).toThrow('event 12 follows event 9, but the last one seen is 7');
  expect(() => at7().take({ seq: 12, prevSeq: 3 })).toThrow('event 12 follows event 3, but the last one seen is 7');
  expect(() => at7().take({ seq: 7, prevSeq: 0 })).toThrow('event 7 came after the stream had passed it, at 8');
});

test('behind a gap the event before may be any in it', () => {
  const chain = new RunChain('r', 0);
  chain.take({ seq: 2, prevSeq: 0 });
  chain.passGap(10);
  expect(chain.nextSeq).toBe(11);
  chain.take({ seq: 14, prevSeq: 6 });
  expect(() => chain.take({ seq: 20, prevSeq: 6 })).toThrow('follows event 6, but the last one seen is 14');
});

test('a gap that was passed already changes nothing', () => {
  const chain = new RunChain('r', 0);
  chain.take({ seq: 5, prevSeq: 0 });
  chain.passGap(3);
  expect(chain.nextSeq).toBe(6);
  expect(() => chain.take({ seq: 9, prevSeq: 4 })).toThrow('the last one seen is 5');
});
