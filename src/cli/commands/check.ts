import type { Command } from 'commander';
import { kernelChecker, offlineChecker } from '../check-workflow.js';
import type { CliContext } from '../context.js';
import { diagnosticLine } from '../put-workflow.js';
import { readNamedFile } from '../read-input.js';

const EXAMPLES = `
Examples:
  tau check .tau/workflows/*.yml
  tau check --offline triage.yml review.flow.json nightly.schedule.json
  tau check triage.yml --json

Exit code: 0 all are right, 1 one is not.`;

export function addCheckCommand(program: Command, context: CliContext): void {
  program
    .command('check')
    .description('Check workflows, flows, schedules and hubs, without putting them in service')
    .argument('<file...>', '*.yml, *.flow.json, *.schedule.json, *.hub.json')
    .option('--offline', 'do not ask the kernel')
    .addHelpText('after', EXAMPLES)
    .action((files: readonly string[], { offline = false }: { offline?: boolean }, command: Command) =>
      context.run(command, async (session) => {
        const { output, ports } = session;
        const { green, red, yellow } = output.colours;
        const check = offline ? offlineChecker : kernelChecker(session);
        let isRight = true;
        for (const file of files) {
          const result = await check(file, await readNamedFile(ports, file));
          isRight &&= result.ok;
          const lines = result.diagnostics.map((diagnostic) => `${red('✗')} ${diagnosticLine(diagnostic)}`);
          const warnings = (result.warnings ?? []).map((warning) => `${yellow('!')} ${diagnosticLine(warning)}`);
          output.print(result, ...(result.ok ? [`${green('✓')} ${file}`, ...warnings] : lines));
        }
        return isRight ? 0 : 1;
      }),
    );
}
