import { describe, expect, it } from 'vitest';
import { outputValue, outputValues } from './outputs.js';

describe('outputs', () => {
  it.each([
    [true, 'true'],
    [false, 'false'],
    [12, '12'],
    [0.5, '0.5'],
    [null, ''],
    ['text', 'text'],
  ])('are text, as at GitHub: %j', (value, text) => {
    expect(outputValue(value)).toBe(text);
  });

  it('keep lists and objects, which GitHub does not have', () => {
    expect(outputValues({ list: [1], object: { a: 1 }, absent: undefined })).toEqual({ list: [1], object: { a: 1 } });
  });
});
