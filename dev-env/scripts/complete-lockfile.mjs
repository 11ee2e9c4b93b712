// Adds to package-lock.json the optional packages of other platforms that a registry did not offer when it was written:
// npm leaves them out then, and `npm ci` refuses the file on every machine. The added entries carry no integrity, since
// the packages were not seen; npm takes their versions from here and everything else from the user's registry.
// Usage: node dev-env/scripts/complete-lockfile.mjs [--check]
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OPERATING_SYSTEMS = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const PROCESSORS = ['arm64', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64'];

const path = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'package-lock.json');
const lock = JSON.parse(readFileSync(path, 'utf8'));

/** The lock entry of a package that names its platform, e.g. "@biomejs/cli-linux-x64-musl". */
function entryOf(name, version, parent) {
  const platform = name.split('/').at(-1) ?? name;
  const os = OPERATING_SYSTEMS.find((word) => platform.includes(word));
  const cpu = PROCESSORS.find((word) => platform.includes(word)) ?? (platform.includes('arm') ? 'arm' : undefined);
  if (os === undefined || cpu === undefined || !/^\d+\.\d+\.\d+/.test(version)) {
    throw new Error(`cannot tell the platform of ${name}@${version}: add it to package-lock.json by hand`);
  }
  const libc = platform.includes('musl')
    ? ['musl']
    : os === 'linux' && platform.includes('gnu')
      ? ['glibc']
      : undefined;
  return { version, cpu: [cpu], ...(parent.dev && { dev: true }), ...(libc && { libc }), optional: true, os: [os] };
}

/** Whether a package that `parentPath` wants is in the lock file, in the folders in which node looks for it. */
function isLocked(name, parentPath) {
  const folders = parentPath.split('/node_modules/');
  const paths = folders.map((_, index) => `${folders.slice(0, index + 1).join('/node_modules/')}/node_modules/${name}`);
  return [...paths, `node_modules/${name}`].some((path) => lock.packages[path] !== undefined);
}

const missing = [];
for (const [parentPath, parent] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    if (isLocked(name, parentPath)) continue;
    missing.push([`node_modules/${name}`, entryOf(name, version, parent)]);
  }
}
if (missing.length > 0 && process.argv.includes('--check')) {
  console.error(
    `package-lock.json lacks ${missing.length} optional packages of other platforms, so "npm ci" refuses it.`,
  );
  console.error('Run "npm run lock" and commit the file.');
  process.exit(1);
}
if (missing.length > 0) {
  const all = [...Object.entries(lock.packages), ...missing].sort(([a], [b]) => a.localeCompare(b, 'en'));
  writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(all) }, null, 2)}\n`);
}
console.log(`package-lock.json: ${missing.length} packages added`);
