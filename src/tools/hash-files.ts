import { createHash } from 'node:crypto';
import { glob, readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { tauError } from 'tau-core';
import { type Capability, capability } from 'tau-core/extension';
import { z } from 'zod';
import { isWithin } from './workspace.js';

const PATTERNS_MAX = 100;
const FILES_MAX = 10_000;

const input = z.object({ patterns: z.array(z.string().min(1)).min(1).max(PATTERNS_MAX) });

/**
 * `tool:hash-files@v1`: one hash over the files of the workspace that patterns match; the empty text when there are none. A pattern
 * with `!` in front takes files out. As at GitHub: SHA-256 over the SHA-256 of each file, in the order of their paths.
 */
export function hashFilesTool({ workspace }: { readonly workspace: string }): Capability {
  const description = `Hashes files of ${workspace}`;
  return capability('tool:hash-files@v1', { description, input }, async ({ patterns }) => {
    const paths = new Set<string>();
    for (const pattern of patterns) {
      const takesOut = pattern.startsWith('!');
      for await (const path of glob(takesOut ? pattern.slice(1) : pattern, { cwd: workspace })) {
        if (takesOut) paths.delete(path);
        else paths.add(path);
        if (paths.size > FILES_MAX) throw tauError('LIMIT_EXCEEDED', `${pattern} matches more than ${FILES_MAX} files`);
      }
    }
    const whole = createHash('sha256');
    let count = 0;
    for (const path of [...paths].filter((one) => isWithin(workspace, one)).sort()) {
      const file = resolve(workspace, path);
      if (!(await stat(file)).isFile()) continue;
      whole.update(
        createHash('sha256')
          .update(await readFile(file))
          .digest(),
      );
      count += 1;
    }
    return count === 0 ? '' : whole.digest('hex');
  });
}
