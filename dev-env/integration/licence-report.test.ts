import { expect, test } from 'vitest';
import { licenceReport } from './licence-report.ts';

test('each package is there once, with its licence and all that bring it', () => {
  const zod = { name: 'zod', version: '4.0.0', licence: 'MIT' };
  const brought = new Map([
    ['tau-core', [zod]],
    ['tau-ext-local', [zod, { ...zod, version: '3.0.0', licence: '' }]],
  ]);
  expect(licenceReport(brought).split('\n').slice(4)).toEqual([
    '| zod | 3.0.0 | none | tau-ext-local |',
    '| zod | 4.0.0 | MIT | tau-core, tau-ext-local |',
    '',
  ]);
});
