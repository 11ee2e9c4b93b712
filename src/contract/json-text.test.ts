import { expect, test } from 'vitest';
import { jsonFromText, jsonObjectFromText, jsonToText } from './json-text.js';

test.each([null, 0, '', 'x', [], { a: [1] }])('%o survives as text', (value) => {
  expect(jsonFromText(jsonToText(value), 'the input')).toStrictEqual(value);
});

test('an absent object is empty', () => {
  expect(jsonObjectFromText('', 'input_json')).toStrictEqual({});
  expect(jsonObjectFromText('{"a":1}', 'input_json')).toStrictEqual({ a: 1 });
});

test('what is not JSON, or no object, is refused by name', () => {
  expect(() => jsonFromText('{', 'answer_json')).toThrow('answer_json is not JSON');
  expect(() => jsonObjectFromText('[]', 'input_json')).toThrow('input_json must be a JSON object');
});
