import { z } from 'zod';
import type { Git } from '../git/git.ts';
import { textOf } from '../git/objects.ts';
import { Stop } from '../stop.ts';

/** Where the manifest stands in the umbrella. */
export const MANIFEST = 'pins/manifest.json';

const ID = z.string().regex(/^([0-9a-f]{40}|[0-9a-f]{64})$/);

const RELEASE = z.object({
  version: z.string().regex(/^\d+\.\d+\.\d+/),
  tag: z.string().min(1),
  /** The commit of the library's own history that carries the tag. */
  commit: ID,
  /** That commit's tree: the library's folder at its release. */
  tree: ID,
  /** When that commit was made, in UTC. */
  date: z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
});

const SCHEMA = z.object({
  format: z.literal(1),
  libraries: z.record(z.string(), RELEASE),
  releases: z.record(z.string(), z.array(RELEASE)),
});

/** One release of one library. */
export type Release = Readonly<z.infer<typeof RELEASE>>;

/**
 * What travels with the umbrella's branch, where tags may not: `libraries` has what is pinned, as its gitlink says it
 * too; `releases` has every release of each library, oldest first.
 */
export interface Manifest {
  readonly format: 1;
  readonly libraries: Readonly<Record<string, Release>>;
  readonly releases: Readonly<Record<string, readonly Release[]>>;
}

export const EMPTY_MANIFEST: Manifest = { format: 1, libraries: {}, releases: {} };

/** The tag of a library's release. */
export function tagName(library: string, version: string): string {
  return `${library}@v${version}`;
}

/** A manifest from its text. */
export function parseManifest(text: string): Manifest {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new Stop(`${MANIFEST} is not JSON`, `restore it: "git log -- ${MANIFEST}" shows who changed it`);
  }
  const parsed = SCHEMA.safeParse(data);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const place = issue?.path.join('.') ?? '';
  throw new Stop(
    `${MANIFEST} is not a manifest of format 1: ${place} ${issue?.message ?? ''}`,
    `restore it: "git log -- ${MANIFEST}" shows who changed it`,
  );
}

/** The manifest of a commit; an empty one when nothing was released yet. */
export async function manifestAt(git: Git, revision: string): Promise<Manifest> {
  const text = await textOf(git, revision, MANIFEST);
  return text === undefined ? EMPTY_MANIFEST : parseManifest(text);
}

/** The manifest's text, with libraries in the order of their names: two branches merge where they did not disagree. */
export function manifestText(manifest: Manifest): string {
  const sorted = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  const { format, libraries, releases } = manifest;
  return `${JSON.stringify({ format, libraries: sorted(libraries), releases: sorted(releases) }, null, 2)}\n`;
}

/** The newest release of a library. */
export function newestRelease(manifest: Manifest, library: string): Release | undefined {
  return manifest.releases[library]?.at(-1);
}

/** The manifest with one more release of a library. */
export function withRelease(manifest: Manifest, library: string, release: Release): Manifest {
  const releases = [...(manifest.releases[library] ?? []), release];
  return { ...manifest, releases: { ...manifest.releases, [library]: releases } };
}

/** The manifest with a library pinned at one of its releases. */
export function withPin(manifest: Manifest, library: string, release: Release): Manifest {
  return { ...manifest, libraries: { ...manifest.libraries, [library]: release } };
}

/** Every release of every library. */
export function allReleases(manifest: Manifest): readonly { readonly library: string; readonly release: Release }[] {
  return Object.entries(manifest.releases).flatMap(([library, releases]) =>
    releases.map((release) => ({ library, release })),
  );
}
