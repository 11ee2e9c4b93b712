import { type Command, Option } from 'commander';
import { jsonContent, type RunCalls, type RunInput } from 'tau-core/client';
import type { CliContext } from '../context.js';
import { objectAt, objectsAt, textAt } from '../format/json-access.js';
import { jsonArgument } from '../json-argument.js';
import { readNamedFile } from '../read-input.js';
import { runPast } from '../run-past.js';

const MODES = ['append', 'steer', 'interrupt', 'replace'] as const satisfies readonly RunInput['mode'][];

interface SendOptions {
  readonly mode: (typeof MODES)[number];
  readonly idempotencyKey?: string;
}

const EXAMPLES = `
Examples:
  tau send 01k2v7d1k '{"op": "pause", "reason": "holidays"}'
  tau send 01k2v7d1k '{"op": "trigger"}' --mode steer
  echo '{"op": "resume"}' | tau send 01k2v7d1k -
  tau send 01k2v7d1k '{"kind": "paid", "order": 7}' --idempotency-key bank-1

Schedules, hubs and flows that wait for messages (nodes of kind "receive"; see "tau show") take them; questions take answers
("tau answer").

Exit code: 0 it was taken, or waits for its turn; 1 it was not.`;

export function addSendCommand(program: Command, context: CliContext): void {
  program
    .command('send')
    .description('Send a message to a run')
    .argument('<run>', 'the run\'s id, as "tau runs" shows it')
    .argument('<json>', 'the message; "-" reads the standard input')
    .addOption(
      new Option(
        '--mode <mode>',
        'append: after the work under way; steer: at once; interrupt: cancels it first; replace: in place of what waits',
      )
        .choices(MODES)
        .default('steer'),
    )
    .option('--idempotency-key <key>', 'a second message with the same key is the first one')
    .addHelpText('after', EXAMPLES)
    .action((runId: string, message: string, { mode, idempotencyKey }: SendOptions, command: Command) =>
      context.run(command, async ({ client, output, ports }) => {
        const text = message === '-' ? await readNamedFile(ports, message) : message;
        const content = jsonContent(jsonArgument(text, 'the message', `'{"op": "pause"}'`));
        const { seq } = await client.sendInput(runId, {
          mode,
          content,
          ...(idempotencyKey !== undefined && { idempotencyKey }),
        });
        const refused = await refusalOf(client, runId, seq);
        output.print({ runId, seq, ...(refused !== undefined && { refused }) }, `sent to run ${runId}`);
        output.hint(
          refused === undefined
            ? `Watch what comes of it: tau watch ${runId} --from ${seq}`
            : `it was refused: ${refused}`,
        );
        return refused === undefined ? 0 : 1;
      }),
    );
}

/** Why the run's program did not take the message, where it was told at once. */
async function refusalOf(client: Pick<RunCalls, 'history'>, runId: string, seq: number): Promise<string | undefined> {
  for await (const { data } of runPast(client, runId, { fromSeq: seq, toSeq: seq })) {
    const refused = objectsAt(data, 'events').find(({ type }) => type === 'MessageRefused' || type === 'Refused');
    if (refused !== undefined) return textAt(objectAt(refused, 'error'), 'message');
  }
  return undefined;
}
