import { kernelv1 } from 'tau-core/contract';
import { describe, expect, test } from 'vitest';
import { runTau } from '../../../test/run-tau.js';
import { dateAndTime } from '../format/time.js';

const START_MS = 1_767_225_600_000;

function run(fields: Partial<kernelv1.Run>): kernelv1.Run {
  return kernelv1.Run.fromPartial({
    runId: 'r1',
    sessionId: 'local',
    definitionName: 'hello.yml',
    status: kernelv1.RunStatus.SUCCEEDED,
    startedMs: START_MS - 90_000,
    endedMs: START_MS - 88_800,
    ...fields,
  });
}

const runs = [run({}), run({ runId: 'r2', status: kernelv1.RunStatus.RUNNING, endedMs: 0 })];

describe('tau runs', () => {
  test('is a table for people', async () => {
    const { code, stdout, stderr } = await runTau(['runs'], {
      answers: { 'runs.listRuns': () => ({ runs, nextPageToken: '' }) },
    });
    const started = dateAndTime(START_MS - 90_000);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      'RUN  STATUS     SESSION  WORKFLOW   STARTED              TOOK',
      `r1   succeeded  local    hello.yml  ${started}  1.2 s`,
      `r2   running    local    hello.yml  ${started}  1.5 m`,
      '',
    ]);
  });

  test('is a line of JSON for each run for programs', async () => {
    const { stdout } = await runTau(['runs', '--json'], {
      answers: { 'runs.listRuns': () => ({ runs, nextPageToken: '' }) },
    });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { runId: 'r1', status: 'succeeded' },
      { runId: 'r2', status: 'running' },
    ]);
  });

  test('hands its filters to the kernel', async () => {
    const { kernel } = await runTau(['runs', '--session', 's', '--status', 'running', 'paused', '--limit', '7'], {
      answers: { 'runs.listRuns': () => ({ runs: [], nextPageToken: '' }) },
    });
    expect(kernel.calls).toMatchObject([
      { request: { sessionId: 's', statuses: [kernelv1.RunStatus.RUNNING, kernelv1.RunStatus.PAUSED], pageSize: 7 } },
    ]);
    expect(kernel.isClosed()).toBe(true);
  });

  test('says what to do when there are none, and nothing to programs', async () => {
    const answers = { 'runs.listRuns': () => ({ runs: [], nextPageToken: '' }) };
    const forPeople = await runTau(['runs'], { answers });
    expect(forPeople).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(/start one with "tau run FILE"/),
    });
    expect(await runTau(['runs', '--json'], { answers })).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  test('has colours on a terminal, cut to its width', async () => {
    const { stdout } = await runTau(['runs'], {
      terminal: 16,
      answers: { 'runs.listRuns': () => ({ runs, nextPageToken: '' }) },
    });
    expect(stdout).toContain('\u001b[32msucceeded');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    for (const line of stdout.replace(/\u001b\[\d+m/g, '').split('\n')) expect(line.length).toBeLessThanOrEqual(16);
  });

  test.each([
    [['runs', '--status', 'done'], /option '--status <status...>' argument 'done' is invalid/],
    [['runs', '--limit', '0'], /use a whole number, at least 1/],
    [['runs', '--limit', 'all'], /use a whole number, at least 1/],
  ])('%j is bad usage', async (args, message) => {
    const { code, stderr, kernel } = await runTau(args);
    expect({ code, calls: kernel.calls }).toEqual({ code: 2, calls: [] });
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^error TAU-1001: .*; see --help\n$/);
  });
});

test('tau sessions', async () => {
  const session = { sessionId: 'local', durability: kernelv1.Durability.DURABLE, seq: 9, runsActive: 1, runsTotal: 3 };
  const { stdout } = await runTau(['sessions'], {
    answers: {
      'sessions.listSessions': () => ({
        sessions: [kernelv1.Session.fromPartial({ ...session, createdMs: START_MS })],
        nextPageToken: '',
      }),
    },
  });
  expect(stdout).toBe(
    `SESSION  KEPT     SEQ  RUNS           CREATED\nlocal    durable  9    1 of 3 active  ${dateAndTime(START_MS)}\n`,
  );
});

test('tau definitions', async () => {
  const definitions = [
    {
      name: 'a.yml',
      program: 'workflow',
      version: '0123456789abcdef',
      triggers: ['github.issues.opened', 'github.push'],
    },
    {
      name: 'b.yml',
      program: 'workflow',
      version: 'f',
      times: [{ rule: { $case: 'cron', value: '0 3 * * *' }, zone: 'Europe/Berlin' }],
    },
    { name: 'c.flow.json', program: 'flow', version: 'f', byHand: true, byCall: true },
    // Of a kernel that does not say.
    { name: 'd.yml', program: 'workflow', version: 'f' },
  ].map((definition) => kernelv1.Definition.fromPartial(definition as Partial<kernelv1.Definition>));
  const { stdout } = await runTau(['definitions'], {
    answers: { 'definitions.listDefinitions': () => ({ definitions }) },
  });
  expect(stdout.split('\n').slice(1)).toEqual([
    'a.yml        workflow  0123456789ab  github.issues.opened, github.push',
    'b.yml        workflow  f             cron "0 3 * * *" Europe/Berlin',
    'c.flow.json  flow      f             hand, call',
    'd.yml        workflow  f             ?',
    '',
  ]);
  const json = await runTau(['definitions', '--json'], {
    answers: { 'definitions.listDefinitions': () => ({ definitions }) },
  });
  expect(
    json.stdout
      .split('\n')
      .slice(1, 3)
      .map((line) => JSON.parse(line)),
  ).toEqual([
    {
      name: 'b.yml',
      program: 'workflow',
      version: 'f',
      triggers: [],
      times: [{ cron: '0 3 * * *', zone: 'Europe/Berlin' }],
      byHand: false,
      byCall: false,
    },
    { name: 'c.flow.json', program: 'flow', version: 'f', triggers: [], times: [], byHand: true, byCall: true },
  ]);
});

describe('tau validate', () => {
  const validation = { region: 'local', seq: 9, liveHash: 'aa', replayedHash: 'aa', equal: true };

  test('is 0 when replay and life agree', async () => {
    const { code, stdout, kernel } = await runTau(['validate', 'local'], {
      answers: { 'admin.validate': () => ({ validations: [validation] }) },
    });
    expect({ code, calls: kernel.calls }).toEqual({
      code: 0,
      calls: [{ method: 'admin.validate', request: { region: 'local' } }],
    });
    expect(stdout).toMatch(/^local {4}9 {4}aa {8}aa {4}equal$/m);
  });

  test('is 1 when they do not', async () => {
    const { code, stdout, stderr } = await runTau(['validate'], {
      answers: { 'admin.validate': () => ({ validations: [validation, { ...validation, equal: false }] }) },
    });
    expect(code).toBe(1);
    expect(stdout).toMatch(/DIFFERENT$/m);
    expect(stderr).toMatch(/^1 differ/);
  });
});
