import type { Command } from 'commander';
import type { CliContext } from '../context.js';

interface CancelOptions {
  readonly kill?: boolean;
  readonly reason: string;
}

export function addCancelCommand(program: Command, context: CliContext): void {
  program
    .command('cancel')
    .description('Cancel a run')
    .argument('<run>', 'the run\'s id, as "tau runs" shows it')
    .option('--kill', 'end it now: steps that clean up (if: always()) do not run')
    .option('--reason <text>', 'kept with the run', 'cancelled from the command line')
    .addHelpText(
      'after',
      '\nExamples:\n  tau cancel 01k2v7d1k\n  tau cancel 01k2v7d1k --kill --reason "wrong repository"',
    )
    .action((runId: string, options: CancelOptions, command: Command) =>
      context.run(command, async ({ client, output }) => {
        const { reason, kill = false } = options;
        const run = await client.cancelRun(runId, { reason, mode: kill ? 'kill' : 'graceful' });
        output.print(run, `run ${runId}: ${run.status}`);
        if (run.status === 'cancelling') output.hint(`Steps that clean up are running. Watch them: tau watch ${runId}`);
        return 0;
      }),
    );
}
