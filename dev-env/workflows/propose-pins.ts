// The pins bot, run by .github/workflows/pins.yml in a clone of main: moves every pin that has a newer release, proves
// the new set, and opens a pull request with it, or renews the one that is open. Does nothing when no pin moves.
import { run } from '../scripts/run.ts';

const BRANCH = 'bump-pins';
/** The workflow that tests the branch: what a bot pushes starts no workflow by itself. */
const TESTS = 'test.yml';

/** Runs a command to its end and gives what it printed. @throws when it failed. */
async function must(command: string, ...args: readonly string[]): Promise<string> {
  const { code, output } = await run(command, args, { cwd: process.cwd() });
  if (code === 0) return output.trim();
  process.stderr.write(output);
  throw new Error(`"${command} ${args.join(' ')}" failed with code ${code}`);
}

async function proposePins(): Promise<string> {
  const main = await must('git', 'rev-parse', 'HEAD');
  await must('git', 'switch', '--force-create', BRANCH);
  // Only main is sure to travel: the manifest gives the tags that a clone lacks.
  await must('npm', 'run', '--silent', 'umbrella', '--', 'tags', '--yes');
  await must('npm', 'run', '--silent', 'umbrella', '--', 'bump', '--yes');
  if ((await must('git', 'rev-parse', 'HEAD')) === main) return 'every pin is at its newest release';
  await must('npm', 'run', '--silent', 'umbrella', '--', 'verify');
  // The branch is the bot's alone: a pull request that is open gets the newer set in place of the older.
  await must('git', 'push', '--force', 'origin', `HEAD:refs/heads/${BRANCH}`);
  const [title, body] = [await must('git', 'log', '-1', '--format=%s'), await must('git', 'log', '-1', '--format=%b')];
  const open = await must(
    'gh',
    'pr',
    'list',
    '--head',
    BRANCH,
    '--state',
    'open',
    '--json',
    'number',
    '--jq',
    '.[].number',
  );
  if (open === '')
    await must('gh', 'pr', 'create', '--base', 'main', '--head', BRANCH, '--title', title, '--body', body);
  else await must('gh', 'pr', 'edit', open, '--title', title, '--body', body);
  await must('gh', 'workflow', 'run', TESTS, '--ref', BRANCH);
  return `${open === '' ? 'opened a pull request' : `renewed pull request ${open}`}: ${title}`;
}

try {
  console.log(`pins: ${await proposePins()}`);
} catch (thrown) {
  console.error(`pins: ${thrown instanceof Error ? thrown.message : thrown}`);
  process.exitCode = 1;
}
