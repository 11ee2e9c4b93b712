import { Git } from '../git/git.ts';
import { Stop } from '../stop.ts';
import { type Manifest, manifestAt } from './manifest.ts';
import { librariesOf, type Package, packagesAt } from './package.ts';

/** The umbrella as its newest commit describes it. */
export interface Umbrella {
  /** Git in the top folder of its work tree. */
  readonly git: Git;
  readonly head: string;
  readonly packages: readonly Package[];
  /** The packages that are released, each after those that it needs. */
  readonly libraries: readonly Package[];
  readonly manifest: Manifest;
}

/** The umbrella in whose work tree `folder` lies. */
export async function openUmbrella(folder: string, env: NodeJS.ProcessEnv = process.env): Promise<Umbrella> {
  const top = await new Git(folder, env).ask('rev-parse', '--show-toplevel');
  if (top === undefined) throw new Stop(`no git work tree here: ${folder}`, 'run the command in a clone of TAU');
  const git = new Git(top, env);
  const head = await git.ask('rev-parse', '--verify', '--quiet', 'HEAD');
  if (head === undefined) throw new Stop('this repository has no commit yet', 'run the command in a clone of TAU');
  const packages = await packagesAt(git, head);
  return { git, head, packages, libraries: librariesOf(packages), manifest: await manifestAt(git, head) };
}
