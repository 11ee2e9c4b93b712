import { type Command, InvalidArgumentError } from 'commander';
import type { CliContext } from '../context.js';
import { followRun } from '../follow-run.js';

interface WatchOptions {
  readonly from: number;
}

export function addWatchCommand(program: Command, context: CliContext): void {
  program
    .command('watch')
    .description('Show what happens to a run, from any moment on, until it ends')
    .argument('<run>', 'the run\'s id, as "tau runs" shows it')
    .option('--from <seq>', 'first sequence number to show: one more than the last one seen', sequenceNumber, 0)
    .addHelpText(
      'after',
      '\nExamples:\n  tau watch 01k2v7d1k\n  tau watch 01k2v7d1k --from 42\n\nExit code: 0 the run succeeded, 1 it did not, 130 interrupted.',
    )
    .action((runId: string, options: WatchOptions, command: Command) =>
      context.run(command, (session) => followRun(session, runId, options.from)),
    );
}

/** An option's value as a sequence number; 0 is the beginning. */
export function sequenceNumber(text: string): number {
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('use a whole number, at least 0.');
  }
  return value;
}
