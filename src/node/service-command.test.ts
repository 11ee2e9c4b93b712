import { expect, test } from 'vitest';
import { type ErrorData, errorData, tauError } from '../vocabulary/tau-error.js';
import { failureLine } from './failure.js';
import type { Report } from './report.js';
import { runService, type ServiceCommand } from './service-command.js';

interface Options {
  readonly json?: boolean;
}

const never = new Promise<never>(() => undefined);

/** A service of the test's making, run with arguments; what was written, and how it ended. */
async function run(args: readonly string[], command: Partial<ServiceCommand<Options>>, stopRequested = never) {
  const written = { stdout: '', stderr: '' };
  const sink = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  const code = await runService<Options>(
    args,
    { stdout: sink('stdout'), stderr: sink('stderr'), stopRequested },
    { parse: () => (args.includes('--json') ? { json: true } : {}), start: async () => service(never), ...command },
  );
  return { code, ...written };
}

function service(stopped: Promise<ErrorData | undefined>, onStop: () => void = () => undefined) {
  return { stopped: () => stopped, stop: async () => onStop() };
}

function parserError(code: string, exitCode: number, message: string): Error {
  return Object.assign(new Error(message), { code, exitCode });
}

const start = async (_options: Options, report: Report) => {
  report.event('ready', { port: 1 }, 'ready on port 1');
  return service(Promise.resolve(errorData('INSTANCE_REPLACED', 'a newer\n  one lives')));
};

test('stopped as asked is 0, and it has let go of everything', async () => {
  let stops = 0;
  const stopping = { start: async () => service(never, () => (stops += 1)) };
  expect(await run([], stopping, Promise.resolve() as Promise<never>)).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(stops).toBe(1);
});

test('an error that ends it is 1 and one line', async () => {
  expect(await run([], { start })).toEqual({
    code: 1,
    stdout: 'ready on port 1\n',
    stderr: 'error TAU-3007: a newer one lives\n',
  });
});

test('for programs the error is an event too, last', async () => {
  const { stdout, stderr } = await run(['--json'], { start });
  expect(stdout).toBe(
    '{"event":"ready","port":1}\n{"event":"error","id":"TAU-3007","message":"a newer\\n  one lives"}\n',
  );
  expect(stderr).toBe('error TAU-3007: a newer one lives\n');
});

test('one that cannot be started is 1, and a bug has no stack trace', async () => {
  const refused = { start: () => Promise.reject(tauError('CONFIG_INVALID', '--data: none')) };
  expect(await run([], refused)).toMatchObject({ code: 1, stderr: 'error TAU-6001: --data: none\n' });
  const broken = { start: () => Promise.reject(new TypeError('x is not a function')) };
  expect(await run([], broken)).toMatchObject({ code: 1, stderr: 'error TAU-9001: x is not a function\n' });
});

test.each([
  [
    'commander.unknownOption',
    1,
    "error: unknown option '--fly'",
    2,
    "error TAU-1001: unknown option '--fly'; see --help\n",
  ],
  ['commander.helpDisplayed', 0, '(outputHelp)', 0, ''],
  ['commander.help', 1, '(outputHelp)', 2, ''],
  ['ENOENT', 1, 'error: no such file', 1, 'error TAU-9001: error: no such file\n'],
])('%s of the parser, exit code %i', async (code, exitCode, message, expected, stderr) => {
  const parse = () => {
    throw parserError(code, exitCode, message);
  };
  expect(await run([], { parse })).toEqual({ code: expected, stdout: '', stderr });
});

test('a failure is one line, whatever its message holds', () => {
  expect(failureLine(errorData('INTERNAL', 'one\n   two\nthree'))).toBe('error TAU-9001: one two three');
});
