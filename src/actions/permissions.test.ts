import { expect, test } from 'vitest';
import { requirePermission } from './permissions.js';

test.each([
  [undefined, true],
  [{}, false],
  [{ issues: 'read' }, false],
  [{ contents: 'write' }, false],
  [{ issues: 'write' }, true],
  [{ 'pull-requests': 'write', issues: 'none' }, true],
] as const)('permissions %j: %s', (grants, isEnough) => {
  const ask = (): void => requirePermission('github/comment@v1', grants === undefined ? {} : { grants });
  if (isEnough) expect(ask).not.toThrow();
  else
    expect(ask).toThrow(
      'github/comment@v1 needs issues: write or pull-requests: write; add it to the permissions of the job or its workflow',
    );
});
