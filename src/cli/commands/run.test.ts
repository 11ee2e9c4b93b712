import { tauError } from 'tau-core';
import { kernelv1 } from 'tau-core/contract';
import { describe, expect, test } from 'vitest';
import type { FakeAnswers } from '../../../test/fake-kernel.js';
import { runTau } from '../../../test/run-tau.js';

const FILE = 'flows/hello.yml';
const files = { [FILE]: 'name: hello', 'input.json': '{"who": "world"}' };
const { RunStatus } = kernelv1;

function run(status: kernelv1.RunStatus): kernelv1.Run {
  return kernelv1.Run.fromPartial({ runId: 'r1', sessionId: 'local', definitionName: FILE, status });
}

function event(seq: number, type: string, data: object): kernelv1.RunEvent {
  return {
    seq,
    prevSeq: seq === 4 ? 0 : seq - 1,
    runId: 'r1',
    type,
    timeMs: 1,
    hlc: '',
    dataJson: JSON.stringify(data),
  };
}

/** A kernel that takes the workflow and runs it to this end. */
function running(end: kernelv1.RunStatus, outcome: object): FakeAnswers {
  return {
    'definitions.putDefinition': () => ({
      definition: kernelv1.Definition.fromPartial({ name: FILE, version: 'v1' }),
      diagnostics: [],
      warnings: [],
    }),
    'sessions.createSession': () => ({ session: kernelv1.Session.fromPartial({ sessionId: 'local' }), created: true }),
    'runs.startRun': () => ({ run: run(RunStatus.RUNNING), started: true }),
    'runs.getRun': () => kernelv1.GetRunResponse.fromPartial({ run: run(end) }),
    'runs.watchRun': async function* () {
      const events = [event(4, 'run.started', { definition: { name: FILE } }), event(5, 'run.ended', { outcome })];
      yield { events, gap: undefined, end: true, progress: [] };
    },
  };
}

const succeeding = running(RunStatus.SUCCEEDED, { kind: 'ok' });

describe('tau run', () => {
  test('puts the file, starts a run, shows it, and is 0 when it succeeds', async () => {
    const { code, stdout, stderr, kernel } = await runTau(['run', `./${FILE}`], {
      files: { [`./${FILE}`]: 'name: hello' },
      answers: succeeding,
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {5}4 .*run started {2}flows\/hello.yml\n {5}5 .*✓ run ended/);
    expect(stderr).toBe('run r1 in session local\n');
    expect(kernel.calls.map(({ method }) => method)).toEqual([
      'definitions.putDefinition',
      'sessions.createSession',
      'runs.startRun',
      'kernel.getInfo',
      'runs.watchRun',
      'runs.getRun',
    ]);
    expect(kernel.calls[0]?.request).toMatchObject({ name: FILE, source: 'name: hello', validateOnly: false });
  });

  test('hands everything on', async () => {
    const args = ['run', FILE, '--input', 'input.json', '--event', 'event.json', '--session', 's/1'];
    const event = {
      type: 'github.issues.opened',
      subject: 'issues/1',
      data: { issue: { number: 1 } },
      datacontenttype: 'application/json',
    };
    const { kernel } = await runTau([...args, '--timeout', '90s', '--idempotency-key', 'k1', '--no-wait'], {
      files: { ...files, 'event.json': JSON.stringify(event) },
      answers: succeeding,
    });
    expect(kernel.calls[1]?.request).toMatchObject({ sessionId: 's/1' });
    expect(kernel.calls[2]?.request).toMatchObject({
      sessionId: 's/1',
      definitionName: FILE,
      inputJson: '{"who":"world"}',
      timeoutMs: 90_000,
      idempotencyKey: 'k1',
    });
    const { eventJson } = kernelv1.StartRunRequest.fromPartial(kernel.calls[2]?.request ?? {});
    expect(JSON.parse(eventJson)).toEqual({
      id: 'file:event.json',
      source: 'tau-cli',
      type: 'github.issues.opened',
      subject: 'issues/1',
      mediaType: 'application/json',
      data: '{"issue":{"number":1}}',
    });
  });

  test.each([
    [RunStatus.FAILED, { kind: 'failed', error: { id: 'TAU-4004', message: 'step say failed' } }],
    [RunStatus.CANCELLED, { kind: 'cancelled', reason: 'enough' }],
  ])('is 1 when the run ends with status %i', async (status, outcome) => {
    const { code } = await runTau(['run', FILE], { files, answers: running(status, outcome) });
    expect(code).toBe(1);
  });

  test('--no-wait only starts it', async () => {
    const plain = await runTau(['run', FILE, '--no-wait'], { files, answers: succeeding });
    expect(plain).toMatchObject({ code: 0, stdout: 'r1\n', stderr: '' });
    const json = await runTau(['run', FILE, '--no-wait', '--json'], { files, answers: succeeding });
    expect(JSON.parse(json.stdout)).toMatchObject({ run: { runId: 'r1', status: 'running' }, started: true });
  });

  test('--json is a line for everything, the run at its end last', async () => {
    const { stdout, stderr } = await runTau(['run', FILE, '--json'], { files, answers: succeeding });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { kind: 'started', run: { runId: 'r1' } },
      { kind: 'event', event: { seq: 4 } },
      { kind: 'event', event: { seq: 5 } },
      { kind: 'run', run: { status: 'succeeded' } },
    ]);
    expect(stderr).toBe('');
  });

  test('a refused file is told line by line, and nothing is started', async () => {
    const diagnostics = [{ file: FILE, line: 3, column: 5, message: 'unexpected value' }];
    const { code, stderr, kernel } = await runTau(['run', FILE], {
      files,
      answers: { 'definitions.putDefinition': () => ({ definition: undefined, diagnostics, changed: false }) },
    });
    expect(code).toBe(1);
    expect(stderr).toBe(
      `${FILE}:3:5: unexpected value\nerror TAU-4005: ${FILE} was refused: one place is wrong; correct and run again\n`,
    );
    expect(kernel.calls).toHaveLength(1);
  });

  test('Ctrl-C leaves the run alone, and tells how to come back', async () => {
    let interrupt: () => void = () => {};
    const { code, stderr } = await runTau(['run', FILE], {
      files,
      whenFollowing: (callback) => {
        interrupt = callback;
      },
      answers: {
        ...succeeding,
        'runs.watchRun': async function* (_request: never, { signal }: { signal?: AbortSignal }) {
          yield { events: [event(4, 'run.started', {})], gap: undefined, end: false, progress: [] };
          interrupt();
          signal?.throwIfAborted();
        },
      },
    });
    expect(code).toBe(130);
    expect(stderr).toMatch(/Watch it: tau watch r1 --from 5 {3}Cancel it: tau cancel r1\n$/);
  });

  test.each([
    [['run', FILE, '--input', 'absent.json'], 'absent.json: there is no such file; give the path of a readable file'],
    [['run', FILE, '--input', 'list.json'], 'list.json must hold a JSON object, such as {"name": "value"}'],
    [['run', FILE, '--input', FILE], `${FILE} is no JSON: `],
    [['run', FILE, '--event', 'input.json'], 'input.json has no "type", such as "github.issues.opened"'],
    [['run', FILE, '--timeout', 'soon'], '"soon" is no duration'],
    [['run', 'absent.yml'], 'absent.yml: there is no such file'],
  ])('%j changes nothing in the kernel', async (args, message) => {
    const { code, stderr, kernel } = await runTau(args, {
      files: { ...files, 'list.json': '[]' },
      answers: succeeding,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error TAU-1001: .*\n$/);
    expect(stderr).toContain(message);
    expect(kernel.calls).toEqual([]);
  });
});

describe('tau watch', () => {
  test('starts at --from', async () => {
    const { kernel, code } = await runTau(['watch', 'r1', '--from', '4'], { answers: succeeding });
    expect(code).toBe(0);
    expect(kernel.calls[1]).toEqual({ method: 'runs.watchRun', request: { runId: 'r1', fromSeq: 4 } });
  });

  test('of a run that is not there is told as the kernel tells it', async () => {
    const { code, stderr } = await runTau(['watch', 'r9'], {
      answers: {
        // biome-ignore lint/correctness/useYield: a stream that fails before its first message
        'runs.watchRun': async function* () {
          throw tauError('NOT_FOUND', 'there is no run r9; see "tau runs"');
        },
      },
    });
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'error TAU-1002: there is no run r9; see "tau runs"\n' });
  });

  test.each(['-1', '1.5', 'x', ''])('--from "%s" is bad usage', async (from) => {
    expect(await runTau(['watch', 'r1', '--from', from])).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('tau cancel', () => {
  const answers = { 'runs.cancelRun': () => ({ run: run(RunStatus.CANCELLING) }) };

  test('is graceful, and tells what goes on', async () => {
    const { stdout, stderr, kernel } = await runTau(['cancel', 'r1'], { answers });
    expect(stdout).toBe('run r1: cancelling\n');
    expect(stderr).toMatch(/tau watch r1/);
    expect(kernel.calls[0]?.request).toMatchObject({ runId: 'r1', mode: kernelv1.CancelMode.GRACEFUL });
  });

  test('--kill and --reason are handed on', async () => {
    const { kernel } = await runTau(['cancel', 'r1', '--kill', '--reason', 'enough'], { answers });
    expect(kernel.calls[0]?.request).toEqual({ runId: 'r1', mode: kernelv1.CancelMode.KILL, reason: 'enough' });
  });
});
