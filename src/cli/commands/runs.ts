import { type Command, InvalidArgumentError, Option } from 'commander';
import type { RunStatusName, RunView } from 'tau-core/client';
import type { CliContext } from '../context.js';
import type { Colours } from '../format/colours.js';
import { durationText } from '../format/duration.js';
import { statusColour } from '../format/run-status.js';
import type { Column } from '../format/table.js';
import { dateAndTime } from '../format/time.js';

const STATUSES = [
  'running',
  'paused',
  'cancelling',
  'succeeded',
  'failed',
  'cancelled',
] as const satisfies RunStatusName[];

interface RunsOptions {
  readonly session?: string;
  readonly status?: (typeof STATUSES)[number][];
  readonly limit: number;
}

export function addRunsCommand(program: Command, context: CliContext): void {
  program
    .command('runs')
    .description('List runs')
    .option('--session <id>', 'only runs of this session')
    .addOption(new Option('--status <status...>', 'only runs of these statuses').choices(STATUSES))
    .option('--limit <count>', 'at most so many', wholeNumber, 100)
    .addHelpText(
      'after',
      '\nExamples:\n  tau runs\n  tau runs --session github/octo/shop --status running paused\n  tau runs --json | jq .runId',
    )
    .action((options: RunsOptions, command: Command) =>
      context.run(command, async ({ client, output, ports }) => {
        const runs = await client.listRuns({
          ...(options.session !== undefined && { sessionId: options.session }),
          ...(options.status !== undefined && { statuses: options.status }),
          limit: options.limit,
        });
        output.table(
          columns(output.colours, ports.clock.now()),
          runs,
          'there are no such runs; start one with "tau run FILE"',
        );
        return 0;
      }),
    );
}

function columns(colours: Colours, nowMs: number): readonly Column<RunView>[] {
  return [
    { title: 'RUN', text: ({ runId }) => runId },
    {
      title: 'STATUS',
      text: ({ status, interrupts }) => (interrupts.length > 0 ? `${status}, asks` : status),
      colour: (text, { status }) => statusColour(colours, status)(text),
    },
    { title: 'SESSION', text: ({ sessionId }) => sessionId },
    { title: 'WORKFLOW', text: ({ definitionName }) => definitionName },
    { title: 'STARTED', text: ({ startedMs }) => dateAndTime(startedMs) },
    { title: 'TOOK', text: ({ startedMs, endedMs = nowMs }) => durationText(Math.max(0, endedMs - startedMs)) },
  ];
}

/** An option's value as a number of at least 1. */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('use a whole number, at least 1.');
  return value;
}
