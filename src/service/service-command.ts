import { Command, CommanderError } from 'commander';
import { type Clock, type ErrorData, errorData, type Random, toErrorData } from 'tau-core';
import { VERSION } from '../version.js';
import { readConfig, type ServiceEnvironment, type ServiceOptions } from './config.js';
import { startService } from './github-service.js';
import { lineReport } from './report.js';

/** Where a command writes. */
export interface TextSink {
  write(text: string): unknown;
}

/** The process as the command sees it. */
export interface ServiceProcess {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  readonly env: ServiceEnvironment;
  readonly clock: Clock;
  readonly random: Random;
  /** Resolves when the process is asked to stop (SIGTERM, SIGINT). */
  readonly stopRequested: Promise<unknown>;
}

const EXAMPLES = `
Examples:
  tau-ext-github
  tau-ext-github --listen 0.0.0.0:7480 --bot-login my-app
  tau-ext-github --api-url https://github.example.org/api/v3 --json

Variables: GITHUB_TOKEN and GITHUB_WEBHOOK_SECRET (needed; better there than in options, which other users of the
machine can see), GITHUB_API_URL (as --api-url), TAU_KERNEL (as --kernel), TAU_TOKEN (the kernel's token).

The webhook's settings on GitHub: payload URL http(s)://<this machine>/webhooks, content type application/json, the
same secret.`;

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** Runs `tau-ext-github` until it is asked to stop; gives the exit code. Never rejects. */
export async function runServiceCommand(args: readonly string[], process: ServiceProcess): Promise<number> {
  try {
    const options = parseArguments(args, process);
    const error = await serve(options, process);
    return error === undefined ? 0 : fail(error, process, args);
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) return fail(toErrorData(thrown), process, args);
    if (thrown.exitCode === 0) return 0;
    const message = thrown.message.replace(/^error: /, '').replaceAll('\n', ' ');
    fail(errorData('INVALID_ARGUMENT', `${message}; see --help`), process, args);
    return EXIT_USAGE;
  }
}

function parseArguments(args: readonly string[], { stdout, stderr }: ServiceProcess): ServiceOptions {
  return new Command('tau-ext-github')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: () => undefined,
    })
    .description('Events from the webhooks of GitHub, and actions on its issues, for a TAU kernel')
    .version(VERSION)
    .option('--kernel <address>', 'address of the kernel (default: TAU_KERNEL, then 127.0.0.1:7420)')
    .option('--listen <address>', 'where webhooks are taken (default: 127.0.0.1:7480)')
    .option('--api-url <url>', "GitHub's API (default: GITHUB_API_URL, then https://api.github.com)")
    .option('--token <token>', 'for the API (default: GITHUB_TOKEN)')
    .option('--webhook-secret <secret>', 'that deliveries are signed with (default: GITHUB_WEBHOOK_SECRET)')
    .option('--bot-login <login>', "who TAU is on GitHub where the token does not say: an app's slug")
    .option('--instance <id>', 'name of this instance, the same after a restart (default: tau-ext-github)')
    .option('--payload-max <bytes>', 'the largest delivery that is taken, up to 4MiB (default: 2MiB)')
    .option('--json', 'one JSON object on each line of the output')
    .addHelpText('after', EXAMPLES)
    .parse(args, { from: 'user' })
    .opts<ServiceOptions>();
}

async function serve(options: ServiceOptions, process: ServiceProcess): Promise<ErrorData | undefined> {
  const { stdout, env, clock, random, stopRequested } = process;
  const config = readConfig(options, env);
  const service = await startService(config, { report: lineReport(stdout, config.json), clock, random });
  const error = await Promise.race([service.stopped(), stopRequested.then(() => undefined)]);
  await service.stop();
  return error;
}

/** The line is for people, on stderr, also where a program reads JSON on stdout. */
function fail({ id, message }: ErrorData, { stdout, stderr }: ServiceProcess, args: readonly string[]): number {
  if (args.includes('--json')) lineReport(stdout, true).event('error', { id, message }, '');
  stderr.write(`error ${id}: ${message.replace(/\s*\n\s*/g, ' ')}\n`);
  return EXIT_FAILED;
}

/** Resolves with the first of the signals that ask a process to stop. A second one ends it at once, as usual. */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const stop = (signal: NodeJS.Signals): void => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      resolve(signal);
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
  });
}
