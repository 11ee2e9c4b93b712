import { expect, test } from 'vitest';
import { run } from './run.ts';

const HERE = { cwd: import.meta.dirname };

test('a command gives its code and what it printed, on both streams', async () => {
  const code = 'process.stdout.write("out "); process.stderr.write("err"); process.exitCode = 3;';
  const result = await run(process.execPath, ['-e', code], HERE);
  expect(result.code).toBe(3);
  expect([...result.output.split(' ')].sort()).toEqual(['err', 'out']);
});

test('a command that is not there ends with 127', async () => {
  expect((await run('no-such-command', [], HERE)).code).toBe(127);
});

test('one that never ends is killed at its limit, with what it started', async () => {
  // The grandchild holds the output open: the command has not ended before that is killed too.
  const code = `
    require('node:child_process').spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'inherit' });
    for (;;);
  `;
  const result = await run(process.execPath, ['-e', code], { ...HERE, limitMs: 1_000 });
  expect(result).toEqual({ code: 1, output: `${process.execPath}: ended by SIGKILL\n` });
});
