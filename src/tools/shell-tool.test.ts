import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Instant, type Json, type JsonObject, later, TauError } from 'tau-core';
import type { Capability, WorkContext } from 'tau-core/extension';
import { systemClock } from 'tau-core/node';
import { eventually, VirtualClock } from 'tau-core/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { namedValues } from './command-files.js';
import { hashFilesTool } from './hash-files.js';
import { shellTool } from './shell-tool.js';

let workspace: string;
beforeEach(() => {
  workspace = realpathSync(mkdtempSync(join(tmpdir(), 'tau-tools-')));
});
afterEach(() => rmSync(workspace, { recursive: true, force: true }));

const printed: string[] = [];

function contextWith(signal: AbortSignal): WorkContext {
  printed.length = 0;
  return {
    workId: 'r/a',
    sessionId: 's',
    runId: 'r',
    attempt: 1,
    idempotencyKey: 'r/a',
    redelivered: false,
    deadline: later(systemClock.now(), 60_000) as Instant,
    signal,
    progress: (content) => void printed.push(String(content)),
    usage: () => undefined,
  };
}

async function used(tool: Capability, input: JsonObject, signal = new AbortController().signal): Promise<Json> {
  return await tool.invoke(input, contextWith(signal));
}

const shell = (input: JsonObject, signal?: AbortSignal): Promise<Json> =>
  used(shellTool({ workspace, clock: systemClock }), input, signal);

function errorOf(thrown: unknown): TauError {
  if (thrown instanceof TauError) return thrown;
  throw thrown;
}

describe('tool:shell@v1', () => {
  test('gives what a script prints and writes to its files', async () => {
    const script = `
      echo "in $PWD, $GREETING"
      echo "one=1" >> "$GITHUB_OUTPUT"
      { echo "many<<END"; echo a; echo b; echo END; } >> "$GITHUB_OUTPUT"
      echo "MODE=fast" >> "$GITHUB_ENV"
      echo /opt/tool >> "$GITHUB_PATH"
      echo /opt/newer >> "$GITHUB_PATH"
      echo "## Done" >> "$GITHUB_STEP_SUMMARY"
      echo oops >&2`;
    const result = await shell({ script, env: { GREETING: 'hello' } });
    expect(result).toMatchObject({
      exitCode: 0,
      outputs: { one: '1', many: 'a\nb' },
      env: { MODE: 'fast' },
      path: ['/opt/newer', '/opt/tool'],
      summary: '## Done\n',
    });
    expect(printed.join('')).toContain(`in ${workspace}, hello\n`);
    expect((result as { log: string }).log).toContain('oops');
  });

  test('fails with the exit code and the end of the log', async () => {
    const error = errorOf(await shell({ script: 'echo before; false; echo after' }).catch((thrown: unknown) => thrown));
    expect(error.data).toMatchObject({ id: 'TAU-4004', details: { exitCode: 1, log: 'before\n' } });
  });

  test('runs other interpreters, in a folder of the workspace, and no secret of this process', async () => {
    mkdirSync(join(workspace, 'deep'));
    process.env['TAU_TEST_PRIVATE'] = 'hidden';
    const script = 'import os\nprint(os.getcwd(), os.environ.get("TAU_TEST_PRIVATE"))';
    const result = await shell({ script, shell: 'python', workingDirectory: 'deep' });
    delete process.env['TAU_TEST_PRIVATE'];
    expect(result).toMatchObject({ log: `${workspace}/deep None\n` });
  });

  test('puts folders in front of PATH, the newest first, also of one that the step sets', async () => {
    const path = ['/opt/newer', '/opt/older'];
    const result = await shell({ script: 'echo "$PATH"', path, env: { PATH: '/usr/bin:/bin' } });
    expect(result).toMatchObject({ log: '/opt/newer:/opt/older:/usr/bin:/bin\n' });
    expect(await shell({ script: 'echo "$PATH"', path })).toMatchObject({
      log: `/opt/newer:/opt/older:${process.env['PATH']}\n`,
    });
  });

  test.each([
    [{ script: ':', workingDirectory: '../..' }, 'not within the workspace'],
    [{ script: ':', shell: 'tcsh' }, 'there is no shell "tcsh": use bash, sh'],
    [{ script: ':', workingDirectory: 'absent' }, 'cannot be started in'],
    [{ shell: 'sh' }, 'script'],
  ])('refuses %j', async (input, message) => {
    const error = errorOf(await shell(input).catch((thrown: unknown) => thrown));
    expect(error.data.id).toBe('TAU-3004');
    expect(error.message).toContain(message);
  });

  test('says which line of a command file is wrong', () => {
    expect(() => namedValues('GITHUB_OUTPUT', 'a=1\nnothing\n')).toThrow('line 2 of GITHUB_OUTPUT is no "name=value"');
    expect(() => namedValues('GITHUB_ENV', 'a<<E\nx\n')).toThrow('opens "E", which no line closes');
    expect(namedValues('GITHUB_ENV', 'a=x=y<<z\n__proto__=1\n')).toEqual(
      Object.fromEntries([
        ['a', 'x=y<<z'],
        ['__proto__', '1'],
      ]),
    );
  });

  test('does not wait for what a script leaves running, but for the end of its output at first', async () => {
    const clock = new VirtualClock();
    const mark = join(workspace, 'started');
    const tool = shellTool({ workspace, clock });
    const result = used(tool, { script: `sleep 300 & echo $! > ${mark}; echo done` });
    await eventually(() => readNumber(mark) > 0 && clock.pending > 0);
    clock.advance(10_000);
    expect(await result).toMatchObject({ exitCode: 0, log: 'done\n' });
    expect(isAlive(readNumber(mark))).toBe(true);
    process.kill(readNumber(mark), 'SIGKILL');
  });

  test('ends everything that a script started when it is cancelled', async () => {
    const abort = new AbortController();
    const mark = join(workspace, 'started');
    const ended = shell({ script: `sleep 300 & echo $! > ${mark}; wait` }, abort.signal).catch(
      (thrown: unknown) => thrown,
    );
    await eventually(() => existsSync(mark) && readNumber(mark) > 0);
    const pid = readNumber(mark);
    abort.abort(new Error('enough'));
    expect(await ended).toMatchObject({ message: 'enough' });
    await eventually(() => !isAlive(pid));
  });
});

describe('tool:hash-files@v1', () => {
  test('hashes what patterns match, and not what they take out', async () => {
    mkdirSync(join(workspace, 'src'));
    writeFileSync(join(workspace, 'src/a.txt'), 'a');
    writeFileSync(join(workspace, 'src/b.txt'), 'b');
    const hash = (...patterns: string[]): Promise<Json> => used(hashFilesTool({ workspace }), { patterns });
    const both = await hash('src/*.txt');
    expect(both).toMatch(/^[0-9a-f]{64}$/);
    expect(await hash('src/b.txt', 'src/a.txt')).toBe(both);
    expect(await hash('**/*.txt', '!src/b.txt')).toBe(await hash('src/a.txt'));
    expect(await hash('*.none')).toBe('');
    expect(await hash(join(import.meta.dirname, '*.ts'), '../*', 'src/a.txt')).toBe(await hash('src/a.txt'));
    writeFileSync(join(workspace, 'src/a.txt'), 'changed');
    expect(await hash('src/*.txt')).not.toBe(both);
  });
});

function readNumber(path: string): number {
  return Number(readFileText(path));
}

function readFileText(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return readFileText(`/proc/${pid}/stat`).split(' ')[2] !== 'Z';
  } catch {
    return false;
  }
}
