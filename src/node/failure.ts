import { type ErrorData, errorData, toErrorData } from '../vocabulary/tau-error.js';
import { printable } from './report.js';

/** How a command that failed ends: its exit code, and the error, unless all that there is was printed. */
export interface Failure {
  readonly exitCode: number;
  readonly error: ErrorData | undefined;
}

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** What the parser `commander` throws where it may not end the process. Known by its shape: it is no dependency of this library. */
interface ParserError extends Error {
  /** `commander.unknownOption`, ... */
  readonly code: string;
  readonly exitCode: number;
}

/**
 * What a thrown value means to who called the command. Bad usage is 2, everything else 1; help and version are 0, and no
 * error. Usage is told by the errors of the command line parser `commander`, with `exitOverride()`.
 */
export function failureOf(thrown: unknown): Failure {
  if (!isParserError(thrown)) return { exitCode: EXIT_FAILED, error: toErrorData(thrown) };
  if (thrown.exitCode === 0) return { exitCode: 0, error: undefined };
  // The bare command prints its help, which is all that there is to say.
  if (thrown.code === 'commander.help') return { exitCode: EXIT_USAGE, error: undefined };
  const message = thrown.message
    .replace(/^error: /, '')
    .replace(/\.?\s*\n?$/, '')
    .replace(/\s*\n\s*/g, ' ');
  return { exitCode: EXIT_USAGE, error: errorData('INVALID_ARGUMENT', `${message}; see --help`) };
}

/** `error TAU-1010: what is wrong and what to do next`: one line, whatever the message holds. */
export function failureLine({ id, message }: ErrorData): string {
  return `error ${id}: ${printable(message.replace(/\s*\n\s*/g, ' '))}`;
}

function isParserError(thrown: unknown): thrown is ParserError {
  if (!(thrown instanceof Error && 'code' in thrown && 'exitCode' in thrown)) return false;
  return typeof thrown.code === 'string' && thrown.code.startsWith('commander.') && typeof thrown.exitCode === 'number';
}
