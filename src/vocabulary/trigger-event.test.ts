import { expect, test } from 'vitest';
import { triggerEvent } from './trigger-event.js';

const byDefault = { id: 'r1/a', source: 'tau/run/r1' };

test('what an event does not say of its id, source and data is filled in', () => {
  expect(triggerEvent({ type: 'order.placed' }, byDefault)).toEqual({ ...byDefault, type: 'order.placed', data: '{}' });
});

test('it keeps its attributes, and no others; its data becomes text', () => {
  const json = {
    id: 'e',
    source: 's',
    type: 't',
    data: { n: 1 },
    subject: 'x',
    datacontenttype: 'a/b',
    echo: true,
    hlc: '1',
  };
  expect(triggerEvent(json, byDefault)).toEqual({
    id: 'e',
    source: 's',
    type: 't',
    data: '{"n":1}',
    subject: 'x',
    mediaType: 'a/b',
  });
  expect(triggerEvent({ type: 't', data: 'as it is', mediaType: 'c/d' }, byDefault)).toMatchObject({
    data: 'as it is',
    mediaType: 'c/d',
  });
});

test.each([{}, { type: 5 }, { type: '' }])('without a type it is refused: %j', (json) => {
  expect(() => triggerEvent(json, byDefault)).toThrow('an event needs an id, a source and a type');
});
