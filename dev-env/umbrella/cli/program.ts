import { Command, CommanderError } from 'commander';
import { GitError } from '../git/git.ts';
import { openUmbrella, type Umbrella } from '../model/umbrella.ts';
import { Stop } from '../stop.ts';
import type { Outcome } from './outcome.ts';

/** Where a command runs, and where it speaks. */
export interface Place {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  out(text: string): void;
  err(text: string): void;
}

/** Exit codes: a command that did what it is for, one that did not, and one that was not understood. */
const EXIT = { done: 0, failed: 1, usage: 2 } as const;

/** Options as commander reads them. */
export type Options = Readonly<Record<string, string | boolean | undefined>>;

/** The umbrella's command line, and how its last command ended. */
export class Cli {
  readonly program: Command;
  readonly #place: Place;
  #code: number = EXIT.done;

  constructor(place: Place) {
    this.#place = place;
    this.program = new Command('npm run umbrella --')
      .description('Releases of the libraries, and the pins that say which of them belong together')
      .usage('<command>')
      .addHelpText('after', '\nA command that changes something is a dry run, unless --yes is there.')
      .exitOverride()
      .configureOutput({ writeOut: (text) => place.out(text), writeErr: (text) => place.err(text) });
  }

  /** A command with `--json`; and with `--yes` when it changes something. */
  command(usage: string, description: string, changes: boolean): Command {
    const command = this.program.command(usage).description(description);
    if (changes) command.option('--yes', 'do it, in place of a dry run');
    return command.option('--json', 'print one JSON object').exitOverride();
  }

  /** Runs a command's work in the umbrella and prints what came of it. */
  async run(options: Options, work: (umbrella: Umbrella) => Promise<Outcome>): Promise<void> {
    const json = options['json'] === true;
    const print = (object: object): void => this.#place.out(`${JSON.stringify(object)}\n`);
    try {
      const { ok, lines, report } = await work(await openUmbrella(this.#place.folder, this.#place.env));
      if (json) print({ ok, dryRun: options['yes'] !== true, ...report });
      else this.#place.out(`${lines.join('\n')}\n`);
      this.#code = ok ? EXIT.done : EXIT.failed;
    } catch (error) {
      if (!(error instanceof Stop || error instanceof GitError)) throw error;
      const problem = error.message;
      const next = error instanceof Stop ? error.next : `this failed: ${error.command}`;
      if (json) print({ ok: false, error: { problem, next } });
      this.#place.err(`umbrella: ${problem}\n  next: ${next}\n`);
      this.#code = EXIT.failed;
    }
  }

  /** Runs the command that the arguments name; the exit code. */
  async parse(args: readonly string[]): Promise<number> {
    try {
      await this.program.parseAsync(args, { from: 'user' });
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    }
    return this.#code;
  }
}
