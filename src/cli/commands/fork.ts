import type { Command } from 'commander';
import type { RunCalls, RunView } from 'tau-core/client';
import type { CliContext } from '../context.js';
import { objectsAt, textAt } from '../format/json-access.js';
import { jsonObjectArgument } from '../json-argument.js';
import { runPast } from '../run-past.js';
import { wholeNumber } from './runs.js';

interface ForkCommandOptions {
  readonly at?: number;
  readonly edit?: string;
  readonly idempotencyKey?: string;
}

const EDIT_EXAMPLE = `'{"values": {"draft": "..."}, "goto": ["review"]}'`;

const EXAMPLES = `
Examples:
  tau fork 01k2v7d1k
  tau fork 01k2v7d1k --at 42
  tau fork 01k2v7d1k --at 42 --edit ${EDIT_EXAMPLE}

An edit of a flow has "values" (of its graph, by key), "goto" (nodes that are due in place of what is) and "at" (the path
of another graph). See "tau checkpoints" for events, "tau show --at" for values.

Exit code: 0 it goes on as wanted, 1 it does not.`;

export function addForkCommand(program: Command, context: CliContext): void {
  program
    .command('fork')
    .description('Start a new run with the state that another had, now or at any event of its past')
    .argument('<run>', 'the run\'s id, as "tau runs" shows it')
    .option('--at <seq>', 'the last event that both share; its newest without it', wholeNumber)
    .option('--edit <json>', 'change the state before it goes on (flows)')
    .option('--idempotency-key <key>', 'a second fork with the same key is the first one')
    .addHelpText('after', EXAMPLES)
    .action((runId: string, options: ForkCommandOptions, command: Command) =>
      context.run(command, async ({ client, output }) => {
        const { at, edit, idempotencyKey } = options;
        const fork = await client.forkRun(runId, {
          ...(at !== undefined && { atSeq: at }),
          ...(edit !== undefined && { edit: jsonObjectArgument(edit, '--edit', EDIT_EXAMPLE) }),
          ...(idempotencyKey !== undefined && { idempotencyKey }),
        });
        const editRefused = edit === undefined ? undefined : await refusalOf(client, fork);
        output.print({ run: fork, ...(editRefused !== undefined && { editRefused }) }, fork.runId);
        if (editRefused === undefined) output.hint(`Watch it: tau watch ${fork.runId}`);
        else {
          output.hint(`the edit was refused, and the fork goes on without it: ${editRefused}`);
          output.hint(`End it with "tau cancel ${fork.runId}", correct the edit, and fork again.`);
        }
        return editRefused === undefined ? 0 : 1;
      }),
    );
}

/** Why its program did not take the edit: the first thing that a fork is told. */
async function refusalOf(client: Pick<RunCalls, 'history'>, { runId }: RunView): Promise<string | undefined> {
  for await (const { type, data } of runPast(client, runId)) {
    if (type !== 'run.advanced') continue;
    const refused = objectsAt(data, 'events').find((event) => textAt(event, 'type') === 'EditRefused');
    return refused && textAt(refused, 'reason');
  }
  return undefined;
}
