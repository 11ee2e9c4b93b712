import { describe, expect, test } from 'vitest';
import { splitText } from './text-parts.js';

describe('splitText', () => {
  test.each([
    ['plain', ['plain']],
    ['', ['']],
    ['${{ a }}', [{ expr: 'a', leading: 1 }]],
    ['${{a}}', [{ expr: 'a', leading: 0 }]],
    ['x ${{ a }} y', ['x ', { expr: 'a', leading: 1 }, ' y']],
    [
      '${{ a }}${{ b }}',
      [
        { expr: 'a', leading: 1 },
        { expr: 'b', leading: 1 },
      ],
    ],
    ["${{ '}}' }}!", [{ expr: "'}}'", leading: 1 }, '!']],
    ["${{ 'it''s }}' }}", [{ expr: "'it''s }}'", leading: 1 }]],
    ['a ${{ b', ['a ${{ b']],
    ['${{ a }} ${{ b', [{ expr: 'a', leading: 1 }, ' ${{ b']],
    ['$ {{ a }}', ['$ {{ a }}']],
    ['${{}}', [{ expr: '', leading: 0 }]],
  ])('%j', (text, parts) => {
    expect(splitText(text)).toEqual(parts);
  });
});
