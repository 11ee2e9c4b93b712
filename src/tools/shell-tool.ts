import { delimiter } from 'node:path';
import { type Clock, tauError } from 'tau-core';
import { type Capability, capability } from 'tau-core/extension';
import { z } from 'zod';
import { CommandFiles } from './command-files.js';
import { runScript } from './run-script.js';
import { SHELL_DEFAULT, shellCommand } from './shell-command.js';
import { folderWithin } from './workspace.js';

const SCRIPT_CHARS_MAX = 1024 * 1024;

/** Variables of this process that scripts get: enough to find programs, nothing that is anybody's secret. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'USER', 'SHELL'] as const;

const input = z.object({
  script: z.string().max(SCRIPT_CHARS_MAX),
  shell: z.string().optional(),
  workingDirectory: z.string().optional(),
  env: z.record(z.string(), z.string()).optional(),
  path: z.array(z.string()).optional(),
});

/** Where scripts run. */
export interface ShellOptions {
  /** Scripts begin here; `workingDirectory` names a folder within it. */
  readonly workspace: string;
  readonly clock: Clock;
}

/**
 * `tool:shell@v1`: runs a script with the rights of this process, without a sandbox. It is offered only where it was allowed.
 *
 * Input `{ script, shell?, workingDirectory?, env?, path? }`; output `{ exitCode, outputs, env, path, summary, log }`. `path` are
 * folders that go in front of PATH, in both of them the newest first. The script writes to the files that `GITHUB_OUTPUT`, `GITHUB_ENV`,
 * `GITHUB_PATH` and `GITHUB_STEP_SUMMARY` name. An exit code other than 0 fails it with STEP_FAILED; `details` has the code and the end
 * of what it printed.
 */
export function shellTool({ workspace, clock }: ShellOptions): Capability {
  const description = `Runs a script in ${workspace}`;
  return capability('tool:shell@v1', { description, input }, async (given, context) => {
    const cwd = folderWithin(workspace, given.workingDirectory);
    const files = await CommandFiles.make(given.script);
    try {
      const { exitCode, log } = await runScript({
        command: shellCommand(given.shell ?? SHELL_DEFAULT, files.script),
        cwd,
        env: { ...withPath({ ...inherited(), ...given.env }, given.path ?? []), ...files.variables() },
        signal: context.signal,
        clock,
        printed: (text) => context.progress(text),
      });
      context.signal.throwIfAborted();
      const { outputs, env, path, summary } = await files.read();
      if (exitCode === 0)
        return { exitCode, outputs: { ...outputs }, env: { ...env }, path: [...path].reverse(), summary, log };
      const details = { exitCode, log: log.slice(-4_096), outputs: { ...outputs } };
      throw tauError('STEP_FAILED', `the script ended with exit code ${exitCode}`, { details });
    } finally {
      await files.remove();
    }
  });
}

function inherited(): { readonly [name: string]: string } {
  const own = INHERITED.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  return { CI: 'true', ...Object.fromEntries(own) };
}

function withPath(
  variables: { readonly [name: string]: string },
  path: readonly string[],
): { readonly [name: string]: string } {
  if (path.length === 0) return variables;
  const known = variables['PATH'] ?? '';
  return { ...variables, PATH: [...path, ...(known === '' ? [] : [known])].join(delimiter) };
}
