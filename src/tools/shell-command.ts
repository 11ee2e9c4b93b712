import { tauError } from 'tau-core';

/** What runs a script, with the script's file in place of `{0}`. Names and options are GitHub's. */
const SHELLS: { readonly [name: string]: readonly string[] } = {
  bash: ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '{0}'],
  sh: ['sh', '-e', '{0}'],
  python: ['python3', '{0}'],
  node: ['node', '{0}'],
};

/** Taken when a step names no shell. */
export const SHELL_DEFAULT = 'bash';

/**
 * The command line for a shell by name, or for a template such as `perl {0}`.
 *
 * @throws TauError WORK_REFUSED when it is neither.
 */
export function shellCommand(shell: string, scriptFile: string): readonly [string, ...string[]] {
  const known = Object.hasOwn(SHELLS, shell) ? SHELLS[shell] : undefined;
  const words = known ?? (shell.includes('{0}') ? shell.split(/\s+/).filter((word) => word !== '') : []);
  const [command, ...rest] = words.map((word) => word.replace('{0}', scriptFile));
  if (command !== undefined) return [command, ...rest];
  const names = Object.keys(SHELLS).join(', ');
  throw tauError('WORK_REFUSED', `there is no shell "${shell}": use ${names}, or a command with {0} for the script`);
}
