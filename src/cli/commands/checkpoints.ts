import type { Command } from 'commander';
import type { RunEvent } from 'tau-core/client';
import type { CliContext } from '../context.js';
import { objectAt, objectsAt, textAt } from '../format/json-access.js';
import { programEventWords } from '../format/program-event.js';
import type { Column } from '../format/table.js';
import { dateAndTime } from '../format/time.js';
import { openCallsAfter, runPast } from '../run-past.js';
import { wholeNumber } from './runs.js';

/** A decision of a run's program, or what else changed its state: a point that it can be shown at, and forked from. */
interface Checkpoint {
  readonly seq: number;
  readonly timeMs: number;
  /** Why: `begin`, the call that has ended, `message`, `deadline`, ... */
  readonly told: string;
  /** What happened, in a few words each. */
  readonly happened: readonly string[];
  /** Calls and questions that are open after it. */
  readonly open: readonly string[];
}

const CHECKPOINTS = ['run.started', 'run.forked', 'run.advanced', 'run.migrated', 'run.ended'];

const COLUMNS: readonly Column<Checkpoint>[] = [
  { title: 'SEQ', text: ({ seq }) => String(seq) },
  { title: 'TIME', text: ({ timeMs }) => dateAndTime(timeMs) },
  { title: 'TOLD', text: ({ told }) => told },
  { title: 'OPEN AFTER', text: ({ open }) => open.join(', ') || '-' },
  { title: 'HAPPENED', text: ({ happened }) => happened.join('; ') },
];

const EXAMPLES = `
Examples:
  tau checkpoints 01k2v7d1k
  tau checkpoints 01k2v7d1k --limit 1000 --json
  tau show 01k2v7d1k --at 42
  tau fork 01k2v7d1k --at 42

A fork goes on from a checkpoint after which something is open; with --edit also from others.`;

export function addCheckpointsCommand(program: Command, context: CliContext): void {
  program
    .command('checkpoints')
    .description('List the decisions of a run: the points that it can be shown at and forked from')
    .argument('<run>', 'the run\'s id, as "tau runs" shows it')
    .option('--limit <count>', 'the newest so many', wholeNumber, 100)
    .addHelpText('after', EXAMPLES)
    .action((runId: string, { limit }: { limit: number }, command: Command) =>
      context.run(command, async ({ client, output }) => {
        let open: ReadonlySet<string> = new Set();
        let left = 0;
        const newest: Checkpoint[] = [];
        for await (const event of runPast(client, runId)) {
          open = openCallsAfter(event, open);
          if (!CHECKPOINTS.includes(event.type)) continue;
          newest.push(checkpointOf(event, open));
          if (newest.length > limit) left += newest.splice(0, 1).length;
        }
        output.table(COLUMNS, newest, `run ${runId} has no checkpoints`);
        if (left > 0) output.hint(`${left} older ones are left out: see them with --limit ${left + limit}`);
        return 0;
      }),
    );
}

function checkpointOf({ seq, timeMs, type, data }: RunEvent, open: ReadonlySet<string>): Checkpoint {
  const happened =
    type === 'run.advanced' ? objectsAt(data, 'events').map(programEventWords) : [type.replace('.', ' ')];
  return { seq, timeMs, told: toldText(type, objectAt(data, 'input')), happened, open: [...open] };
}

function toldText(type: string, input: ReturnType<typeof objectAt>): string {
  const told = textAt(input, 'type');
  if (type !== 'run.advanced') return '-';
  if (told === 'callSettled') return `${textAt(input, 'callId')}: ${textAt(objectAt(input, 'outcome'), 'kind')}`;
  const lockId = textAt(input, 'lockId');
  return lockId === '' ? told : `${told} ${lockId}`;
}
