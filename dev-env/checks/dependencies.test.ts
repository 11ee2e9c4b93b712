import { expect, test } from 'vitest';
import { importProblem } from './dependencies.ts';

test('libraries may import what stands below them, by its doors', () => {
  expect(importProblem('tau-orchestrate', 'tau-core')).toBeUndefined();
  expect(importProblem('tau-ext-local', 'tau-core/extension')).toBeUndefined();
  expect(importProblem('tau-ext-local', './journal.js')).toBeUndefined();
  expect(importProblem('dev-env', 'tau-runtime-kernel')).toBeUndefined();
});

test('every other way is refused', () => {
  expect(importProblem('tau-core', 'tau-orchestrate')).toContain('must not import');
  expect(importProblem('tau-ext-local', 'tau-runtime-kernel')).toContain('must not import');
  expect(importProblem('tau-ext-github', 'tau-ext-local')).toContain('must not import');
  expect(importProblem('tau-runtime-kernel', 'tau-core/dist/client/index.js')).toContain('is no door');
  expect(importProblem('tau-runtime-kernel', '../../tau-core/src/index.js')).toContain('another library');
});
