import type { Command } from 'commander';
import type { StartRun } from 'tau-core/client';
import type { CliContext, CliPorts } from '../context.js';
import { followRun } from '../follow-run.js';
import { parseDuration } from '../format/duration.js';
import { putWorkflow } from '../put-workflow.js';
import { readEventFile, readJsonFile } from '../read-input.js';

interface RunOptions {
  readonly input?: string;
  readonly event?: string;
  readonly session: string;
  readonly wait: boolean;
  readonly timeout?: string;
  readonly idempotencyKey?: string;
}

const EXAMPLES = `
Examples:
  tau run .tau/workflows/triage.yml --event opened.json
  tau run hello.yml --input input.json --timeout 30s
  tau run flows/review.flow.json --input input.json
  echo '{"name": "world"}' | tau run hello.yml --input - --no-wait --json

Exit code: 0 the run succeeded, 1 it did not, 130 interrupted (the run goes on).`;

export function addRunCommand(program: Command, context: CliContext): void {
  program
    .command('run')
    .description('Put a workflow or flow in service, start a run of it, and show what happens until it ends')
    .argument('<workflow>', 'its file (*.yml, *.flow.json, ...); the path becomes its name')
    .option('--input <file>', 'JSON object of inputs; "-" reads the standard input')
    .option('--event <file>', 'the event that the run sees as its trigger, a CloudEvent as JSON')
    .option('--session <id>', 'where it runs', 'local')
    .option('--timeout <duration>', 'how long it may take, such as 30s or 5m')
    .option('--idempotency-key <key>', 'a second run with the same key is the first one')
    .option('--no-wait', 'only start it')
    .addHelpText('after', EXAMPLES)
    .action((workflow: string, options: RunOptions, command: Command) =>
      context.run(command, async (session) => {
        const { client, output } = session;
        const wanted = await startOptions(options, session.ports);
        const definition = await putWorkflow(session, workflow);
        await client.ensureSession({ sessionId: options.session });
        const { run, started } = await client.startRun({ ...wanted, definition: definition.name });
        if (!options.wait) output.print({ run, started }, run.runId);
        else if (output.json) output.print({ kind: 'started', run, started });
        else output.hint(`run ${run.runId} in session ${run.sessionId}${started ? '' : ' (was started before)'}`);
        return options.wait ? followRun(session, run.runId, 0) : 0;
      }),
    );
}

/** Everything of the request that can be wrong is read before anything is changed in the kernel. */
async function startOptions(options: RunOptions, ports: CliPorts): Promise<Omit<StartRun, 'definition'>> {
  return {
    sessionId: options.session,
    ...(options.input !== undefined && { input: await readJsonFile(ports, options.input) }),
    ...(options.event !== undefined && { event: await readEventFile(ports, options.event) }),
    ...(options.timeout !== undefined && { timeoutMs: parseDuration(options.timeout) }),
    ...(options.idempotencyKey !== undefined && { idempotencyKey: options.idempotencyKey }),
  };
}
