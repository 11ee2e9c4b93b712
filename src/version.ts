import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';

/** This library's version, as its package.json has it. */
export const VERSION = readVersion();

function readVersion(): string {
  const path = findPackageJSON('.', import.meta.url);
  const manifest: unknown = path === undefined ? {} : JSON.parse(readFileSync(path, 'utf8'));
  const hasVersion = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  return hasVersion && typeof manifest.version === 'string' ? manifest.version : '0.0.0';
}
