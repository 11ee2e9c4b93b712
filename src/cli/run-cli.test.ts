import { tauError } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { runTau } from '../../test/run-tau.js';

const COMMANDS = [
  ['kernel', 'start'],
  ['ext', 'start'],
  ['run'],
  ['runs'],
  ['watch'],
  ['questions'],
  ['answer'],
  ['send'],
  ['pause'],
  ['resume'],
  ['cancel'],
  ['show'],
  ['checkpoints'],
  ['fork'],
  ['migrate'],
  ['schedules'],
  ['events'],
  ['sessions'],
  ['definitions'],
  ['put'],
  ['check'],
  ['diagram'],
  ['doctor'],
  ['validate'],
];

describe('help', () => {
  test('lists every command, with examples', async () => {
    const { code, stdout } = await runTau(['--help']);
    expect(code).toBe(0);
    for (const [name = ''] of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
    expect(stdout).toMatch(/Examples:\n {2}tau kernel start/);
  });

  test.each(COMMANDS.map((words) => [words.join(' ')]))(
    'tau %s --help has examples and the shared options',
    async (command) => {
      const { code, stdout, kernel } = await runTau([...command.split(' '), '--help']);
      expect({ code, calls: kernel.calls }).toEqual({ code: 0, calls: [] });
      expect(stdout).toMatch(new RegExp(`Examples:\\n {2}.*tau ${command}`));
      for (const option of ['--json', '--kernel', '--token']) expect(stdout).toContain(option);
    },
  );

  test('the bare command shows its help, and is bad usage', async () => {
    const { code, stdout, stderr } = await runTau([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^Usage: tau /);
  });

  test('--version', async () => {
    expect(await runTau(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

describe('errors', () => {
  test.each([
    [['fly'], "unknown command 'fly'"],
    [['rusn'], "unknown command 'rusn' (Did you mean one of run, runs?)"],
    [['runs', '--fly'], "unknown option '--fly'"],
    [['run'], "missing required argument 'workflow'"],
    [['cancel', 'a', 'b'], 'too many arguments'],
    [
      ['ext', 'start', 'gitlab'],
      "command-argument value 'gitlab' is invalid for argument 'name'. Allowed choices are local, github; ",
    ],
  ])('%j is one line, exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await runTau(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`error TAU-1001: ${message}`);
    expect(stderr).toMatch(/^[^\n]*; see --help\n$/);
  });

  const away = () => {
    throw tauError('UNREACHABLE', 'no answer (connect ECONNREFUSED)');
  };

  test('a kernel that is not there: where, and what to do', async () => {
    const { code, stderr, kernel } = await runTau(['runs', '--kernel', 'h:1'], { answers: { 'runs.listRuns': away } });
    expect(code).toBe(1);
    expect(stderr).toBe(
      'error TAU-1010: cannot reach the kernel at h:1: start it with "tau kernel start", or set --kernel\n',
    );
    expect(kernel.isClosed()).toBe(true);
  });

  test('for programs it is JSON on stdout too', async () => {
    const { stdout } = await runTau(['runs', '--json'], { answers: { 'runs.listRuns': away } });
    expect(JSON.parse(stdout)).toMatchObject({ error: { id: 'TAU-1010', retryable: true, cause: { id: 'TAU-1010' } } });
  });

  test('a bug of ours is a line too, never a stack trace', async () => {
    const { code, stderr } = await runTau(['runs'], {
      answers: {
        'runs.listRuns': () => {
          throw new TypeError('x is not a function\n    at somewhere');
        },
      },
    });
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'error TAU-9001: x is not a function at somewhere\n' });
  });
});

describe('shared options', () => {
  const answers = { 'sessions.listSessions': () => ({ sessions: [], nextPageToken: '' }) };
  const env = { TAU_KERNEL: 'env:1', TAU_TOKEN: 'env-token' };

  test.each([
    [['sessions'], {}, { address: '127.0.0.1:7420' }],
    [['sessions'], env, { address: 'env:1', token: 'env-token' }],
    [['sessions', '--kernel', 'h:1', '--token', 't'], env, { address: 'h:1', token: 't' }],
    [['--kernel', 'h:1', 'sessions'], {}, { address: 'h:1' }],
  ])('%j with %j', async (args, environment, expected) => {
    expect((await runTau(args, { answers, env: environment })).connectedTo).toEqual([expected]);
  });
});

describe('tau kernel start and tau ext start', () => {
  test.each([
    [['kernel', 'start', '--listen', 'h:1'], 'tau-kernel', ['--listen', 'h:1']],
    [['kernel', 'start', '--json'], 'tau-kernel', ['--json']],
    [['kernel', 'start', '--', '--help'], 'tau-kernel', ['--help']],
    [['ext', 'start', 'local', '--workflows', 'w'], 'tau-ext-local', ['--workflows', 'w']],
    [['ext', 'start', 'github', '--kernel', 'h:1', '--json'], 'tau-ext-github', ['--kernel', 'h:1', '--json']],
  ])('%j runs %s', async (args, name, expected) => {
    const { code, launches } = await runTau(args, { launched: 3 });
    expect(code).toBe(3);
    expect(launches).toMatchObject([{ bin: { name }, options: { args: expected, token: undefined } }]);
  });

  test('a token is handed on apart from the arguments', async () => {
    const { launches } = await runTau(['ext', 'start', 'local', '--token', 'secret']);
    expect(launches[0]?.options).toEqual({ args: [], token: 'secret' });
  });
});
