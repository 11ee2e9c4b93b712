import { Command } from 'commander';
import { runService, type ServiceProcess } from 'tau-core/node';
import { VERSION } from '../version.js';
import { readConfig, type ServiceEnvironment, type ServiceOptions } from './config.js';
import { type ServicePorts, startService } from './github-service.js';

/** The process as the command sees it. */
export interface GithubProcess extends Omit<ServicePorts, 'report'>, ServiceProcess {
  readonly env: ServiceEnvironment;
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

/** Runs `tau-ext-github` until it is asked to stop; gives the exit code. Never rejects. */
export function runServiceCommand(args: readonly string[], process: GithubProcess): Promise<number> {
  return runService(args, process, {
    parse: (given) => parseArguments(given, process),
    start: (options, report) => startService(readConfig(options, process.env), { ...process, report }),
  });
}

function parseArguments(args: readonly string[], { stdout, stderr }: GithubProcess): ServiceOptions {
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
