import { expect, test } from 'vitest';
import { resolveUrl } from './remotes.ts';

test.each([
  ['https://example.org/octo/tau.git', './', 'https://example.org/octo/tau.git'],
  ['https://example.org/octo/tau.git', '../tau-core.git', 'https://example.org/octo/tau-core.git'],
  ['https://example.org/octo/tau/', '../tau-core.git', 'https://example.org/octo/tau-core.git'],
  ['https://example.org/octo/tau', '../../other/x.git', 'https://example.org/other/x.git'],
  ['git@example.org:octo/tau.git', '../tau-core.git', 'git@example.org:octo/tau-core.git'],
  ['git@example.org:tau.git', '../tau-core.git', 'git@example.org:tau-core.git'],
  ['/srv/git/my tau', '../tau-core.git', '/srv/git/tau-core.git'],
  ['https://example.org/octo/tau.git', 'https://elsewhere.org/x.git', 'https://elsewhere.org/x.git'],
])('from %s, %s is %s', (umbrella, url, resolved) => {
  expect(resolveUrl(umbrella, url)).toBe(resolved);
});
