import { CommanderError } from 'commander';
import { type ErrorData, errorData, toErrorData } from 'tau-core';

/** How a command that failed ends: its exit code, and the error, unless commander has printed all that there is. */
export interface Failure {
  readonly exitCode: number;
  readonly error: ErrorData | undefined;
}

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

/** What a thrown value means to who called the command. Bad usage is 2, everything else 1; help and version are 0. */
export function failureOf(thrown: unknown): Failure {
  if (!(thrown instanceof CommanderError)) return { exitCode: EXIT_FAILED, error: toErrorData(thrown) };
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
  return `error ${id}: ${message.replace(/\s*\n\s*/g, ' ')}`;
}
