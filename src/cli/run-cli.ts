import { Command } from 'commander';
import { failureOf } from 'tau-core/node';
import { withDefaults } from '../terminal/command-defaults.js';
import { VERSION } from '../version.js';
import { addAnswerCommand } from './commands/answer.js';
import { addCancelCommand } from './commands/cancel.js';
import { addCheckCommand } from './commands/check.js';
import { addCheckpointsCommand } from './commands/checkpoints.js';
import { addDefinitionsCommand } from './commands/definitions.js';
import { addDiagramCommand } from './commands/diagram.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addEventsCommand } from './commands/events.js';
import { addExtensionCommand } from './commands/ext.js';
import { addForkCommand } from './commands/fork.js';
import { addKernelCommand } from './commands/kernel.js';
import { addMigrateCommand } from './commands/migrate.js';
import { addPauseCommand, addResumeCommand } from './commands/pause.js';
import { addPutCommand } from './commands/put.js';
import { addQuestionsCommand } from './commands/questions.js';
import { addRunCommand } from './commands/run.js';
import { addRunsCommand } from './commands/runs.js';
import { addSchedulesCommand } from './commands/schedules.js';
import { addSendCommand } from './commands/send.js';
import { addSessionsCommand } from './commands/sessions.js';
import { addShowCommand } from './commands/show.js';
import { addValidateCommand } from './commands/validate.js';
import { addWatchCommand } from './commands/watch.js';
import { CliContext, type CliPorts } from './context.js';

const EXAMPLES = `
Examples:
  tau kernel start
  tau ext start local --workflows .tau/workflows
  tau run .tau/workflows/triage.yml --event opened.json
  tau questions
  tau events --follow
  tau doctor

Variables: TAU_KERNEL (as --kernel), TAU_TOKEN (as --token), NO_COLOR.`;

/** In the order in which help lists them. */
const COMMANDS = [
  addKernelCommand,
  addExtensionCommand,
  addRunCommand,
  addRunsCommand,
  addWatchCommand,
  addQuestionsCommand,
  addAnswerCommand,
  addSendCommand,
  addPauseCommand,
  addResumeCommand,
  addCancelCommand,
  addShowCommand,
  addCheckpointsCommand,
  addForkCommand,
  addMigrateCommand,
  addSchedulesCommand,
  addEventsCommand,
  addSessionsCommand,
  addDefinitionsCommand,
  addPutCommand,
  addCheckCommand,
  addDiagramCommand,
  addDoctorCommand,
  addValidateCommand,
];

/** Runs the command `tau` with its arguments; gives the exit code. Never rejects, and never prints a stack trace. */
export async function runCli(args: readonly string[], ports: CliPorts): Promise<number> {
  const context = new CliContext(ports);
  try {
    await tauProgram(context).parseAsync(args, { from: 'user' });
    return context.exitCode;
  } catch (thrown) {
    const { exitCode, error } = failureOf(thrown);
    if (error !== undefined) context.output(args.includes('--json')).error(error);
    return exitCode;
  }
}

function tauProgram(context: CliContext): Command {
  const program = withDefaults(new Command('tau'), context.ports.stdout, context.ports.stderr)
    .description("TAU's command line: runs workflows on a kernel, and shows what happens there")
    .version(VERSION)
    .option('--kernel <address>', "the kernel's address: host:port, https://host:port or unix:///path")
    .option('--token <token>', "the kernel's token; TAU_TOKEN keeps it out of the list of processes")
    .option('--json', 'one JSON value on each line of the output')
    .addHelpText('after', EXAMPLES);
  for (const add of COMMANDS) add(program, context);
  return program;
}
