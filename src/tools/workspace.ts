import { isAbsolute, relative, resolve, sep } from 'node:path';
import { tauError } from 'tau-core';

/** Whether a path, relative to the workspace or absolute, names a place in it. Links are not followed. */
export function isWithin(workspace: string, path: string): boolean {
  const way = relative(workspace, resolve(workspace, path));
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** @throws TauError WORK_REFUSED when the folder is not within the workspace. */
export function folderWithin(workspace: string, folder = '.'): string {
  if (isWithin(workspace, folder)) return resolve(workspace, folder);
  throw tauError('WORK_REFUSED', `the working directory "${folder}" is not within the workspace`);
}
