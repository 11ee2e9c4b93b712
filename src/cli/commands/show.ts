import type { Command } from 'commander';
import type { CliContext } from '../context.js';
import { kernelsView, shownRun } from '../run-view.js';
import { wholeNumber } from './runs.js';

const EXAMPLES = `
Examples:
  tau show 01k2v7d1k
  tau show 01k2v7d1k --at 42
  tau show 01k2v7d1k --json | jq .view.values

What was, and what has ended, is made by this command, from the run's journaled events and its program.`;

export function addShowCommand(program: Command, context: CliContext): void {
  program
    .command('show')
    .description('Show the values of a run and what it waits for, now or at any event of its past')
    .argument('<run>', 'the run\'s id, as "tau runs" shows it')
    .option('--at <seq>', 'as it was after this event; see "tau checkpoints"', wholeNumber)
    .addHelpText('after', EXAMPLES)
    .action((runId: string, { at }: { at?: number }, command: Command) =>
      context.run(command, async ({ client, output }) => {
        const run = await client.getRun(runId);
        const shown = (at === undefined ? kernelsView(run) : undefined) ?? (await shownRun(client, run, at));
        const { definition, seq, view } = shown;
        output.print(
          shown,
          `run ${runId} of ${definition.name} (${definition.program}) after event ${seq}`,
          ...JSON.stringify(view, undefined, 2).split('\n'),
        );
        return 0;
      }),
    );
}
