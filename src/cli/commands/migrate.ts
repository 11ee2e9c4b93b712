import type { Command } from 'commander';
import type { CliContext } from '../context.js';
import { workflowName } from '../put-workflow.js';

const EXAMPLES = `
Examples:
  tau migrate 01k2v7d1k --check
  tau put flows/review.flow.json && tau migrate 01k2v7d1k
  tau migrate 01k2v7d1k flows/review-v2.flow.json

Exit code: 0 it goes on under the other version (with --check: it could), 1 it cannot.`;

export function addMigrateCommand(program: Command, context: CliContext): void {
  program
    .command('migrate')
    .description('Bring a run in progress to the version of a definition that is in service')
    .argument('<run>', 'the run\'s id, as "tau runs" shows it')
    .argument('[definition]', 'the definition\'s name, as "tau definitions" shows it; the run\'s own without it')
    .option('--check', 'only say whether it can go over')
    .addHelpText('after', EXAMPLES)
    .action((runId: string, definition: string | undefined, { check = false }: { check?: boolean }, command: Command) =>
      context.run(command, async ({ client, output }) => {
        const { green, red } = output.colours;
        const name = definition === undefined ? {} : { definition: workflowName(definition) };
        const { run, reasons } = await client.migrateRun(runId, { ...name, checkOnly: check });
        const can = reasons.length === 0;
        const is = `run ${runId} is of ${run.definitionName} ${run.definitionVersion}`;
        const lines = can
          ? [check ? `${green('✓')} run ${runId} can go over` : is]
          : reasons.map((reason) => `${red('✗')} ${reason}`);
        output.print({ run, reasons, checked: check }, ...lines);
        return can ? 0 : 1;
      }),
    );
}
