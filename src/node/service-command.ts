import type { ErrorData } from '../vocabulary/tau-error.js';
import { failureLine, failureOf } from './failure.js';
import { lineReport, type Report, type TextSink } from './report.js';

/** The process as the command of a service sees it. */
export interface ServiceProcess {
  readonly stdout: TextSink;
  readonly stderr: TextSink;
  /** Resolves when the process is asked to stop: see `stopSignal`. */
  readonly stopRequested: Promise<unknown>;
}

/** What runs until it is stopped. */
export interface RunningService {
  /** Resolves when it can go on no more: with the error, or undefined after `stop`. */
  stopped(): Promise<ErrorData | undefined>;
  /** Lets go of everything. */
  stop(): Promise<void>;
}

/** A program that runs until it is stopped, and its command line. */
export interface ServiceCommand<Options extends { readonly json?: boolean | undefined }> {
  /** Reads the arguments. What it throws is told as `failureOf` says. */
  parse(args: readonly string[]): Options;
  /** Starts it; the report goes to the standard output, as JSON lines with the option `json`. */
  start(options: Options, report: Report): Promise<RunningService>;
}

/**
 * Runs a service until it is asked to stop, or can go on no more; gives the exit code: 0 stopped as asked, 1 an error, 2 a
 * wrong command line. An error is one line on stderr, for people; a program that reads JSON gets it as the event `error`, too.
 * Never rejects.
 */
export async function runService<Options extends { readonly json?: boolean | undefined }>(
  args: readonly string[],
  process: ServiceProcess,
  { parse, start }: ServiceCommand<Options>,
): Promise<number> {
  const fail = (exitCode: number, error: ErrorData): number => {
    const { id, message } = error;
    if (args.includes('--json')) lineReport(process.stdout, true).event('error', { id, message }, '');
    process.stderr.write(`${failureLine(error)}\n`);
    return exitCode;
  };
  try {
    const options = parse(args);
    const service = await start(options, lineReport(process.stdout, options.json ?? false));
    const error = await Promise.race([service.stopped(), process.stopRequested.then(() => undefined)]);
    await service.stop();
    return error === undefined ? 0 : fail(1, error);
  } catch (thrown) {
    const { exitCode, error } = failureOf(thrown);
    return error === undefined ? exitCode : fail(exitCode, error);
  }
}
