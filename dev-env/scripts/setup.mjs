// Installs the workspace when its lock file and node_modules differ. Runs on the host's Node (20 or newer), before any
// dependency is there, so it is plain JavaScript without imports from packages.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NODE_MAJOR_MIN = 24;
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The packages of a lock file, or undefined when it is not there. */
function lockedPackages(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

/** Whether every package that this platform needs is installed in the locked version. */
function upToDate() {
  const wanted = lockedPackages(join(root, 'package-lock.json'));
  const installed = lockedPackages(join(root, 'node_modules', '.package-lock.json'));
  if (wanted === undefined || installed === undefined) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    if (!path.includes('node_modules/') || entry.optional || entry.devOptional) return true;
    return installed[path]?.version === entry.version;
  });
}

/** The version that npm scripts will run on, e.g. 24; 0 when there is none. */
function nodeMajor() {
  const run = spawnSync(join(root, 'node_modules', '.bin', 'node'), ['-v'], { encoding: 'utf8' });
  return run.status === 0 ? Number.parseInt(run.stdout.slice(1), 10) : 0;
}

function npm(args) {
  const run = spawnSync('npm', args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (run.status === 0) return;
  console.error(`setup: "npm ${args.join(' ')}" failed; see its message above.`);
  process.exit(1);
}

if (!upToDate()) {
  console.log('setup: installing dependencies (npm ci) ...');
  // Warnings are left out: on a host with Node 20 they are only about the engines that Node 24 will satisfy.
  npm(['ci', '--loglevel=error', '--no-audit', '--no-fund', '--no-update-notifier']);
}
// The `node` package fetches its binary in an install script. Where scripts were switched off, run it now.
if (nodeMajor() < NODE_MAJOR_MIN) npm(['rebuild', 'node', '--ignore-scripts=false', '--loglevel=error']);
const major = nodeMajor();
if (major < NODE_MAJOR_MIN) {
  console.error(
    `setup: node_modules/.bin/node is ${major === 0 ? 'missing' : `version ${major}`}, and TAU needs ${NODE_MAJOR_MIN} or newer.\n` +
      'Its package installs the binary with a script: allow install scripts ("npm config set ignore-scripts false"), then run\n' +
      '"rm -rf node_modules && make setup"; or install Node 24 yourself and put it first on the PATH.',
  );
  process.exit(1);
}
