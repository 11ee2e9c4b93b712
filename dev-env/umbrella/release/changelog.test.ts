import { expect, test } from 'vitest';
import { sectionOf, withSection } from './changelog.ts';

const SECTION = { library: 'tau-core', version: '0.2.0', day: '2026-11-20', notes: '### Features\n\n- clocks' };

test('a library without a changelog gets one', () => {
  expect(withSection(undefined, SECTION)).toBe(
    '# Changelog of tau-core\n\n## 0.2.0 (2026-11-20)\n\n### Features\n\n- clocks\n',
  );
});

test('a new version stands above the older ones, below what introduces them', () => {
  const before = '# Changelog of tau-core\n\nKept by release.\n\n## 0.1.0 (2026-10-01)\n\nFirst.\n';
  expect(withSection(before, SECTION)).toBe(
    '# Changelog of tau-core\n\nKept by release.\n\n## 0.2.0 (2026-11-20)\n\n### Features\n\n- clocks\n\n' +
      '## 0.1.0 (2026-10-01)\n\nFirst.\n',
  );
});

test('what a person wrote for the version stays, and gets the day', () => {
  const before = '# Changelog\n\n## 0.2.0\n\nWritten by hand.\n\n## 0.1.0\n\nFirst.\n';
  expect(withSection(before, SECTION)).toBe(before.replace('## 0.2.0', '## 0.2.0 (2026-11-20)'));
});

test('a section is found by its version alone, in the forms that tools write', () => {
  for (const heading of [
    '## 0.1.0',
    '## 0.1.0 (2026-10-01)',
    '## [0.1.0](https://example.org) (2026-10-01)',
    '# 0.1.0',
  ]) {
    expect(sectionOf(`# Changelog\n\n## 0.1.0-beta\n\nno\n\n${heading}\n\nyes\n\n## 0.0.9\n\nno\n`, '0.1.0')).toBe(
      'yes\n',
    );
  }
  expect(sectionOf('# Changelog\n\n## 0.1.0\n\n', '0.1.0')).toBe('');
  expect(sectionOf('# Changelog\n', '0.1.0')).toBe('');
});
