import type { Command } from 'commander';
import { type JsonObject, TauError } from 'tau-core';
import type { ListRuns, RunView } from 'tau-core/client';
import type { CliContext, CommandSession } from '../context.js';
import type { Colours } from '../format/colours.js';
import { objectAt } from '../format/json-access.js';
import { statusColour } from '../format/run-status.js';
import type { Column } from '../format/table.js';
import { dateAndTime } from '../format/time.js';

/** Where the kernel keeps the schedules of definitions, a run for each. */
const KERNEL_SESSION = 'tau/schedules';
const PROGRAM = 'schedule';
const RUNS_MAX = 1_000;

const EXAMPLES = `
Examples:
  tau schedules
  tau schedules --json | jq '{definitionName, next: .view.next[0]}'
  tau send 01k2v7d1k '{"op": "pause"}'
  tau show 01k2v7d1k

Times are local; those of the JSON are in UTC.`;

export function addSchedulesCommand(program: Command, context: CliContext): void {
  program
    .command('schedules')
    .description('List schedules in progress, and what they start next')
    .addHelpText('after', EXAMPLES)
    .action((_options: object, command: Command) =>
      context.run(command, async (session) => {
        const rows: RunView[] = [];
        for (const { runId } of await scheduleRuns(session)) rows.push(await session.client.getRun(runId));
        const empty =
          'there are no schedules; a workflow with "on: schedule" makes one, and so does "tau run FILE.schedule.json"';
        session.output.table(columns(session.output.colours), rows, empty);
        return 0;
      }),
    );
}

/** The kernel's own, and those that somebody runs. */
async function scheduleRuns({ client }: CommandSession): Promise<readonly RunView[]> {
  const active: ListRuns = { statuses: ['running', 'paused', 'cancelling'], limit: RUNS_MAX };
  const own = await client.listRuns({ ...active, sessionId: KERNEL_SESSION }).catch((thrown: unknown) => {
    if (thrown instanceof TauError && thrown.is('NOT_FOUND')) return [];
    throw thrown;
  });
  const others = await client.listRuns(active);
  return [...own, ...others.filter(({ sessionId }) => sessionId !== KERNEL_SESSION)].filter(
    ({ program }) => program === PROGRAM,
  );
}

function columns(colours: Colours): readonly Column<RunView>[] {
  return [
    { title: 'RUN', text: ({ runId }) => runId },
    {
      title: 'STATUS',
      text: ({ status, view }) => (view?.['paused'] === undefined ? status : 'paused'),
      colour: (text, { status }) => statusColour(colours, status)(text),
    },
    { title: 'NEXT', text: nextText },
    { title: 'STARTED', text: ({ view }) => countText(view, 'started') },
    { title: 'SKIPPED', text: ({ view }) => countText(view, 'skipped') },
    { title: 'MISSED', text: ({ view }) => countText(view, 'missed') },
    { title: 'SESSION', text: ({ sessionId }) => sessionId },
    { title: 'DEFINITION', text: ({ definitionName }) => definitionName },
  ];
}

function nextText({ view, viewRefusal }: RunView): string {
  if (view === undefined) return viewRefusal === undefined ? '?' : `? (${viewRefusal})`;
  const { next } = view;
  const [first] = Array.isArray(next) ? next : [];
  const ms = typeof first === 'string' ? Date.parse(first) : Number.NaN;
  return Number.isNaN(ms) ? 'never' : dateAndTime(ms);
}

function countText(view: JsonObject | undefined, name: string): string {
  const count = view === undefined ? undefined : objectAt(view, 'counts')[name];
  return typeof count === 'number' ? String(count) : '?';
}
