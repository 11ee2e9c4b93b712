import type { Command } from 'commander';
import type { ValidationView } from 'tau-core/client';
import type { CliContext } from '../context.js';
import type { Column } from '../format/table.js';

const HASH_CHARS = 16;

export function addValidateCommand(program: Command, context: CliContext): void {
  program
    .command('validate')
    .description('Replay sessions from their journal, and compare with the live state')
    .argument('[session]', 'one session; all of them without it')
    .addHelpText(
      'after',
      '\nExamples:\n  tau validate\n  tau validate github/octo/shop\n\nExit code: 0 all are equal, 1 one is not.',
    )
    .action((session: string | undefined, _options: object, command: Command) =>
      context.run(command, async ({ client, output }) => {
        const { green, red } = output.colours;
        const columns: readonly Column<ValidationView>[] = [
          { title: 'SESSION', text: ({ region }) => region },
          { title: 'SEQ', text: ({ seq }) => String(seq) },
          { title: 'REPLAYED', text: ({ replayedHash }) => replayedHash.slice(0, HASH_CHARS) },
          { title: 'LIVE', text: ({ liveHash }) => liveHash.slice(0, HASH_CHARS) },
          {
            title: 'RESULT',
            text: ({ equal }) => (equal ? 'equal' : 'DIFFERENT'),
            colour: (text, { equal }) => (equal ? green(text) : red(text)),
          },
        ];
        const validations = await client.admin.validate(session);
        output.table(columns, validations, 'there are no sessions to validate');
        const different = validations.filter(({ equal }) => !equal).length;
        if (different > 0)
          output.hint(`${different} differ: this is a bug of the kernel; keep the journal for its report`);
        return different > 0 ? 1 : 0;
      }),
    );
}
