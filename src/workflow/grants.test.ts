import { describe, expect, test } from 'vitest';
import { boundedBy } from './grants.js';

describe('what a job may do', () => {
  test('is what it says, and no more than what is around it says', () => {
    expect(boundedBy(undefined, undefined)).toBeUndefined();
    expect(boundedBy({ issues: 'write' }, undefined)).toEqual({ issues: 'write' });
    expect(boundedBy(undefined, { issues: 'read' })).toEqual({ issues: 'read' });
    expect(boundedBy({ issues: 'write', contents: 'read', pages: 'none' }, { issues: 'read', pages: 'write' })).toEqual(
      {
        issues: 'read',
        contents: 'none',
        pages: 'none',
      },
    );
    expect(boundedBy({}, { issues: 'write' })).toEqual({});
  });
});
