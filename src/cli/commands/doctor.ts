import type { Command } from 'commander';
import { TauError, toErrorData } from 'tau-core';
import type { FindingView, KernelInfo } from 'tau-core/client';
import type { CliContext, CommandSession } from '../context.js';
import type { Colours } from '../format/colours.js';

const CONTRACT = 'tau.kernel.v1';
const NODE_MAJOR_MIN = 24;
const PART_CHARS = 12;
const DEAD_LETTERS_SHOWN = 5;

export function addDoctorCommand(program: Command, context: CliContext): void {
  program
    .command('doctor')
    .description('Check this machine, the kernel and its extensions, and say what to do about what is wrong')
    .addHelpText(
      'after',
      '\nExamples:\n  tau doctor\n  tau doctor --json\n\nExit code: 0 nothing is broken, 1 something is.',
    )
    .action((_options: object, command: Command) =>
      context.run(command, async (session) => {
        const { output } = session;
        let isBroken = false;
        for await (const finding of findings(session)) {
          isBroken ||= finding.severity === 'error';
          output.print(finding, ...findingLines(finding, output.colours));
        }
        return isBroken ? 1 : 0;
      }),
    );
}

/** From the machine outwards; what cannot be known without a kernel is left out when there is none. */
async function* findings(session: CommandSession): AsyncGenerator<FindingView, void, undefined> {
  yield nodeFinding(session.ports.nodeVersion);
  yield tokenFinding(session.token);
  let info: KernelInfo;
  try {
    info = await session.client.info();
  } catch (thrown) {
    yield await unreachableFinding(session, thrown);
    return;
  }
  yield ok('kernel', `version ${info.version} at ${session.address}, id ${info.kernelId}`);
  yield contractFinding(info);
  const { findings: own } = await session.client.admin.diagnose();
  yield* own;
  yield* extensionFindings(session);
  yield* deadLetterFindings(session);
}

function nodeFinding(version: string): FindingView {
  if (Number.parseInt(version, 10) >= NODE_MAJOR_MIN) return ok('node', version);
  return broken('node', `version ${version}`, `install Node ${NODE_MAJOR_MIN} or newer`);
}

function tokenFinding(token: string | undefined): FindingView {
  return ok('token', token === undefined ? 'none configured (TAU_TOKEN, --token)' : 'configured');
}

async function unreachableFinding({ address, ports }: CommandSession, thrown: unknown): Promise<FindingView> {
  if (!(thrown instanceof TauError && thrown.is('UNREACHABLE'))) {
    const { id, message } = toErrorData(thrown);
    return broken('kernel', `${id}: ${message}`, 'correct what it says, then run tau doctor again');
  }
  if (await ports.listens(address)) {
    const message = `something listens at ${address}, and it is no kernel that answers`;
    return broken('port', message, 'stop that program, or start the kernel at another address and set --kernel');
  }
  return broken('kernel', `nothing listens at ${address}`, 'start it with "tau kernel start", or set --kernel');
}

function contractFinding({ contracts }: KernelInfo): FindingView {
  const served = contracts.join(', ');
  if (contracts.includes(CONTRACT)) return ok('contract', served);
  return broken(
    'contract',
    `the kernel serves ${served || 'none'}, this command speaks ${CONTRACT}`,
    'update the older of the two',
  );
}

/** Refused ones are among the kernel's own findings, with the reason. */
async function* extensionFindings({ client }: CommandSession): AsyncGenerator<FindingView, void, undefined> {
  for (const { name, version, instanceId, status, capabilities, reason } of await client.admin.extensions()) {
    const what = `${name} ${version} (${instanceId})`;
    if (status === 'attached') yield ok('extension', `${what}: ${capabilities.join(', ') || 'nothing'}`);
    if (status === 'detached') {
      const why = reason === undefined ? '' : `: ${reason.id}: ${reason.message}`;
      yield {
        part: 'extension',
        severity: 'warning',
        message: `${what} is away${why}`,
        advice: 'start it again if it is missed',
      };
    }
  }
}

async function* deadLetterFindings({ client }: CommandSession): AsyncGenerator<FindingView, void, undefined> {
  const letters = await client.admin.deadLetters();
  for (const { runId, capability, error } of letters.slice(-DEAD_LETTERS_SHOWN)) {
    const message = `run ${runId} gave up ${capability}: ${error.id}: ${error.message}`;
    yield { part: 'dead letter', severity: 'warning', message, advice: `see "tau watch ${runId}"` };
  }
}

function findingLines({ part, severity, message, advice }: FindingView, colours: Colours): string[] {
  const mark = { ok: colours.green('✓'), warning: colours.yellow('!'), error: colours.red('✗') }[severity];
  const line = `${mark} ${part.padEnd(PART_CHARS)} ${message}`;
  return advice === '' ? [line] : [line, `  ${' '.repeat(PART_CHARS)} ${colours.bold('→')} ${advice}`];
}

function ok(part: string, message: string): FindingView {
  return { part, severity: 'ok', message, advice: '' };
}

function broken(part: string, message: string, advice: string): FindingView {
  return { part, severity: 'error', message, advice };
}
