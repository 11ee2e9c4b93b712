import { spawn } from 'node:child_process';
import { own } from '../../src/harness/owned.ts';

/** Variables that bind git to one repository; a hook that starts a command here must not lend it its own. */
const BOUND_TO_A_REPOSITORY = [
  'GIT_ALTERNATE_OBJECT_DIRECTORIES',
  'GIT_COMMON_DIR',
  'GIT_DIR',
  'GIT_INDEX_FILE',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_REPLACE_REF_BASE',
  'GIT_WORK_TREE',
];

/** An environment without them, for programs that start git themselves. */
export const UNBOUND = Object.fromEntries(BOUND_TO_A_REPOSITORY.map((name) => [name, undefined]));

/** A git command that ended with another code than 0. Its message is what git said. */
export class GitError extends Error {
  readonly command: string;
  readonly code: number;

  constructor(args: readonly string[], code: number, said: string) {
    super(said.trim() === '' ? `"git ${args[0] ?? ''}" ended with code ${code}` : said.trim());
    this.name = 'GitError';
    this.command = `git ${args.join(' ')}`;
    this.code = code;
  }
}

/** How a git command ended. */
interface Ended {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Git in one folder. Never asks for a password, and speaks English, so that its messages can be passed on. */
export class Git {
  readonly folder: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #ends: boolean;

  /** With `ends`, its commands end with this process: for repositories that do so too. */
  constructor(folder: string, env: NodeJS.ProcessEnv = process.env, ends = false) {
    this.folder = folder;
    this.#ends = ends;
    const own = Object.fromEntries(Object.entries(env).filter(([name]) => !BOUND_TO_A_REPOSITORY.includes(name)));
    this.#env = { ...own, LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' };
  }

  /** The same environment in another folder. */
  at(folder: string, ends = false): Git {
    return new Git(folder, this.#env, ends);
  }

  /** What a command prints, without the newline at the end. Throws `GitError` when it fails. */
  async run(...args: string[]): Promise<string> {
    return (await this.bytes(args)).toString('utf8').replace(/\n$/, '');
  }

  /** As `run`, with text on its standard input and variables beside its environment. */
  async feed(input: string | Buffer, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
    return (await this.bytes(args, input, env)).toString('utf8').replace(/\n$/, '');
  }

  /** What a command prints, byte for byte. */
  async bytes(args: readonly string[], input: string | Buffer = '', env: NodeJS.ProcessEnv = {}): Promise<Buffer> {
    const ended = await this.#spawn(args, input, env);
    if (ended.code !== 0) throw new GitError(args, ended.code, ended.stderr);
    return ended.stdout;
  }

  /** What a command prints, or undefined when it fails: for questions whose "no" is a failure. */
  async ask(...args: string[]): Promise<string | undefined> {
    const ended = await this.#spawn(args, '', {});
    return ended.code === 0 ? ended.stdout.toString('utf8').replace(/\n$/, '') : undefined;
  }

  /** Whether a command ends with code 0. */
  async succeeds(...args: string[]): Promise<boolean> {
    return (await this.ask(...args)) !== undefined;
  }

  #spawn(args: readonly string[], input: string | Buffer, env: NodeJS.ProcessEnv): Promise<Ended> {
    return new Promise((resolve, reject) => {
      const child = spawn('git', args, { cwd: this.folder, env: { ...this.#env, ...env } });
      if (this.#ends) own(child);
      const out: Buffer[] = [];
      const err: Buffer[] = [];
      child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
      child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
      child.on('error', reject);
      child.on('close', (code) => {
        resolve({ code: code ?? 128, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString('utf8') });
      });
      // A command that reads no input may be gone before it was written.
      child.stdin.on('error', () => undefined);
      child.stdin.end(input);
    });
  }
}
