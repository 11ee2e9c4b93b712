import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../scripts/libraries.ts';

/** A compiled contract of one message with these fields. */
export function contract(folder: string, fields: string): Buffer {
  writeFileSync(join(folder, 'a.proto'), `syntax = "proto3";\npackage tau;\nmessage A {\n  ${fields}\n}\n`);
  execFileSync(join(ROOT, 'node_modules', '.bin', 'buf'), ['build', '-o', 'tau.binpb'], { cwd: folder });
  return readFileSync(join(folder, 'tau.binpb'));
}
