import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Git } from './git.ts';
import { GITLINK, textOf } from './objects.ts';
import type { Workshop } from './workshop.ts';

export const GITMODULES = '.gitmodules';

/** The umbrella's own remote: where a library's history is, as long as the library has no remote of its own. */
export const OWN_REMOTE = './';

/** Where a library's pin stands; its submodule has the same name. */
export function pinPath(library: string): string {
  return `pins/${library}`;
}

/** The commits that the gitlinks under `pins/` name, by library. */
export async function gitlinksAt(git: Git, revision: string): Promise<ReadonlyMap<string, string>> {
  const lines = (await git.run('ls-tree', revision, '--', 'pins/')).split('\n');
  const links = lines.flatMap((line) => {
    const [, mode, id = '', library = ''] = /^(\d+) \w+ (\w+)\tpins\/(.*)$/.exec(line) ?? [];
    return mode === GITLINK ? [[library, id] as const] : [];
  });
  return new Map(links);
}

/** The URLs that .gitmodules gives to the pins, by library; without those whose path is another. */
export async function urlsAt(git: Git, revision: string): Promise<ReadonlyMap<string, string>> {
  const list = await git.ask('config', '--blob', `${revision}:${GITMODULES}`, '--null', '--list');
  const entries = new Map((list ?? '').split('\0').map((entry) => entry.split('\n') as [string, string]));
  const urls = new Map<string, string>();
  for (const [key, path] of entries) {
    const [, library] = /^submodule\.pins\/(.+)\.path$/.exec(key) ?? [];
    const url = library === undefined ? undefined : entries.get(`submodule.${pinPath(library)}.url`);
    if (library !== undefined && path === pinPath(library) && url !== undefined) urls.set(library, url);
  }
  return urls;
}

/** The text of .gitmodules with these URLs; what else it says stays. */
export async function withUrls(workshop: Workshop, urls: ReadonlyMap<string, string>): Promise<string> {
  const file = join(workshop.folder, 'gitmodules');
  writeFileSync(file, (await textOf(workshop.git, workshop.head, GITMODULES)) ?? '');
  for (const [library, url] of urls) {
    const section = `submodule.${pinPath(library)}`;
    await workshop.git.run('config', '--file', file, `${section}.path`, pinPath(library));
    await workshop.git.run('config', '--file', file, `${section}.url`, url);
  }
  const text = readFileSync(file, 'utf8');
  rmSync(file);
  return text;
}
