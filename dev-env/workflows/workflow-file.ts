import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { LIBRARIES, ROOT } from '../scripts/libraries.ts';

const Permissions = z.record(z.string(), z.enum(['read', 'write', 'none']));

const Step = z.looseObject({
  name: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
});

const Job = z.looseObject({
  'timeout-minutes': z.number().optional(),
  permissions: Permissions.optional(),
  steps: z.array(Step),
});

/** What the rules read of a workflow; the rest of its form is the parser's affair. */
const Workflow = z.looseObject({
  permissions: Permissions.optional(),
  concurrency: z.looseObject({ group: z.string() }).optional(),
  jobs: z.record(z.string(), Job),
});

export type WorkflowStep = z.infer<typeof Step>;

/** A workflow that GitHub runs: the umbrella's, or a library's in its own repository. */
export interface WorkflowFile {
  /** Relative to the umbrella's root. */
  readonly path: string;
  /** The root of the repository in which it runs, relative to the umbrella's: `.` or a library. */
  readonly home: string;
  readonly text: string;
  readonly workflow: z.infer<typeof Workflow>;
}

/** Reads a workflow as the rules see it. @throws when it is no YAML or has not the form of a workflow at all. */
export function workflowFile(path: string, text: string): WorkflowFile {
  const home = LIBRARIES.find((library) => path.startsWith(`${library}/`)) ?? '.';
  return { path, home, text, workflow: Workflow.parse(parse(text)) };
}

/** Every workflow of the umbrella and of the libraries. */
export function workflowFiles(): readonly WorkflowFile[] {
  const folders = ['.', ...LIBRARIES].map((home) => join(home, '.github', 'workflows', '*.{yml,yaml}'));
  return globSync(folders, { cwd: ROOT })
    .sort()
    .map((path) => workflowFile(path, readFileSync(join(ROOT, path), 'utf8')));
}
