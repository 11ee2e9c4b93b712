import type { Command } from 'commander';
import type { CliContext } from '../context.js';
import { putWorkflow } from '../put-workflow.js';

const EXAMPLES = `
Examples:
  tau put .tau/workflows/triage.yml
  tau put flows/*.flow.json nightly.schedule.json --json

A file is refused as a whole when one place of it is wrong; the version that was active then stays. Runs go on under the
version that they began with: see "tau migrate".`;

export function addPutCommand(program: Command, context: CliContext): void {
  program
    .command('put')
    .description('Put definitions in service, without starting a run')
    .argument('<file...>', 'workflows (*.yml), flows (*.flow.json), schedules (*.schedule.json), hubs (*.hub.json)')
    .addHelpText('after', EXAMPLES)
    .action((files: readonly string[], _options: object, command: Command) =>
      context.run(command, async (session) => {
        for (const file of files) {
          const definition = await putWorkflow(session, file);
          const { name, program: kind, version } = definition;
          session.output.print(definition, `${name}: active, ${kind} ${version}`);
        }
        return 0;
      }),
    );
}
