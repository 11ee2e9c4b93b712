import type { ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';

const children = new Set<ChildProcess>();
const folders = new Set<string>();
let watching = false;

/** Ends what is still there; called when this process ends, however that comes. */
function endAll(): void {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}

function watch(): void {
  if (watching) return;
  watching = true;
  process.once('exit', endAll);
  // A signal's default would end this process without the event above.
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.once(signal, () => process.exit(code));
  }
}

/** Makes a child end with this process at the latest. */
export function own(child: ChildProcess): void {
  watch();
  children.add(child);
  child.once('close', () => children.delete(child));
}

/** Makes a folder go away with this process at the latest. */
export function ownFolder(folder: string): void {
  watch();
  folders.add(folder);
}
