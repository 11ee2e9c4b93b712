import type { Command } from 'commander';
import type { CliContext } from '../context.js';

export function addPauseCommand(program: Command, context: CliContext): void {
  program
    .command('pause')
    .description('Begin nothing new in a run; what is under way goes on')
    .argument('<run>', 'the run\'s id, as "tau runs" shows it')
    .addHelpText('after', '\nExamples:\n  tau pause 01k2v7d1k\n  tau resume 01k2v7d1k')
    .action((runId: string, _options: object, command: Command) =>
      context.run(command, async ({ client, output }) => {
        const run = await client.pauseRun(runId);
        output.print(run, `run ${runId}: ${run.status}`);
        output.hint(`Let it go on: tau resume ${runId}`);
        return 0;
      }),
    );
}

export function addResumeCommand(program: Command, context: CliContext): void {
  program
    .command('resume')
    .description('Let a paused run go on')
    .argument('<run>', 'the run\'s id, as "tau runs" shows it')
    .addHelpText('after', '\nExamples:\n  tau resume 01k2v7d1k\n  tau resume 01k2v7d1k && tau watch 01k2v7d1k')
    .action((runId: string, _options: object, command: Command) =>
      context.run(command, async ({ client, output }) => {
        const run = await client.resumeRun(runId);
        output.print(run, `run ${runId}: ${run.status}`);
        return 0;
      }),
    );
}
