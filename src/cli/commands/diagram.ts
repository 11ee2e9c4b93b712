import type { Command } from 'commander';
import { tauError } from 'tau-core';
import { programOfFile } from '../../workflows/definition-program.js';
import type { CliContext } from '../context.js';
import { refusedDefinition, workflowName } from '../put-workflow.js';
import { readNamedFile } from '../read-input.js';

const EXAMPLES = `
Examples:
  tau diagram flows/review.flow.json
  tau diagram flows/review.flow.json > review.mmd
  tau diagram flows/review.flow.json --json | jq -r .mermaid

No kernel is asked. Documents of GitHub draw a Mermaid text in a fence of the language "mermaid".`;

export function addDiagramCommand(program: Command, context: CliContext): void {
  program
    .command('diagram')
    .description('Draw a flow as a Mermaid flowchart')
    .argument('<file>', "the flow's file, *.flow.json")
    .addHelpText('after', EXAMPLES)
    .action((file: string, _options: object, command: Command) =>
      context.run(command, async (session) => {
        const program = programOfFile(file);
        if (program !== undefined && program !== 'flow') {
          throw tauError('INVALID_ARGUMENT', `${file} is a ${program}: only flows (*.flow.json) are drawn`);
        }
        const source = await readNamedFile(session.ports, file);
        const { flowLanguage, toMermaid } = await import('tau-orchestrate/flow');
        const parsed = flowLanguage.parse(source, workflowName(file));
        if (!parsed.ok) throw refusedDefinition(session.output, file, parsed.diagnostics);
        const mermaid = toMermaid(parsed.definition);
        session.output.print({ file, mermaid }, ...mermaid.trimEnd().split('\n'));
        return 0;
      }),
    );
}
