import type { Command } from 'commander';
import type { SessionView } from 'tau-core/client';
import type { CliContext } from '../context.js';
import type { Column } from '../format/table.js';
import { dateAndTime } from '../format/time.js';

const COLUMNS: readonly Column<SessionView>[] = [
  { title: 'SESSION', text: ({ sessionId, deleted }) => (deleted ? `${sessionId} (deleted)` : sessionId) },
  { title: 'KEPT', text: ({ durability }) => durability },
  { title: 'SEQ', text: ({ seq }) => String(seq) },
  { title: 'RUNS', text: ({ runsActive, runsTotal }) => `${runsActive} of ${runsTotal} active` },
  { title: 'CREATED', text: ({ createdMs }) => dateAndTime(createdMs) },
];

export function addSessionsCommand(program: Command, context: CliContext): void {
  program
    .command('sessions')
    .description('List sessions')
    .addHelpText('after', '\nExamples:\n  tau sessions\n  tau sessions --json')
    .action((_options: object, command: Command) =>
      context.run(command, async ({ client, output }) => {
        output.table(
          COLUMNS,
          await client.listSessions(),
          'there are no sessions; one is made with its first event or run',
        );
        return 0;
      }),
    );
}
