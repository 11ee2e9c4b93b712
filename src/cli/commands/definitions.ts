import type { Command } from 'commander';
import type { DefinitionView } from 'tau-core/client';
import { startsText } from '../../workflows/starts-text.js';
import type { CliContext } from '../context.js';
import type { Column } from '../format/table.js';

const VERSION_CHARS = 12;

const COLUMNS: readonly Column<DefinitionView>[] = [
  { title: 'NAME', text: ({ name }) => name },
  { title: 'PROGRAM', text: ({ program }) => program },
  { title: 'VERSION', text: ({ version }) => version.slice(0, VERSION_CHARS) },
  { title: 'STARTED BY', text: (view) => startsText(view) || '?' },
];

export function addDefinitionsCommand(program: Command, context: CliContext): void {
  program
    .command('definitions')
    .description('List the workflows, flows, schedules and hubs that are active')
    .addHelpText('after', '\nExamples:\n  tau definitions\n  tau definitions --json')
    .action((_options: object, command: Command) =>
      context.run(command, async ({ client, output }) => {
        const empty =
          'nothing is active; put something with "tau put FILE" or "tau ext start local --workflows FOLDER"';
        output.table(COLUMNS, await client.listDefinitions(), empty);
        return 0;
      }),
    );
}
