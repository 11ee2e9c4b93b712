import type { Command } from 'commander';
import type { TextSink } from 'tau-core/node';

/**
 * What every command of ours has: it throws instead of ending the process, leaves the wording of errors to
 * `failureLine`, and lists the options that it shares with its parents. Call it before sub-commands are added: they
 * inherit it.
 */
export function withDefaults(command: Command, stdout: TextSink, stderr: TextSink): Command {
  return command
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: () => undefined,
    })
    .configureHelp({ showGlobalOptions: true })
    .showSuggestionAfterError(true);
}
