import type { Library } from '../scripts/libraries.ts';
import { checkPackage, type Proof, packAlone, publish, takeOut } from './prove-library.ts';
import { checkDoors, install } from './prove-set.ts';
import type { Source } from './sources.ts';

/**
 * A sample that does not build, test or start anything: the packages of what is built in the work tree, and one
 * installation of all of them by a stranger. With `only`, that library's package alone.
 */
export async function proveQuickly(
  proof: Proof,
  sources: readonly Source[],
  { only, offline }: { readonly only: Library | undefined; readonly offline: string | undefined },
): Promise<void> {
  let published = 0;
  for (const source of sources) {
    if (only !== undefined && only !== source.library) continue;
    const alone = await takeOut(proof, source, source.library);
    const tarball = alone === undefined ? undefined : await packAlone(proof, alone);
    if (alone === undefined || tarball === undefined) continue;
    await checkPackage(proof, alone, tarball);
    if (await publish(proof, alone, { tarball, tag: 'latest' })) published += 1;
  }
  const subject = 'together';
  if (only !== undefined) {
    proof.progress.leaveOut(subject, 'all', `one library was asked for, with --only ${only}`);
  } else if (published < sources.length) {
    proof.progress.leaveOut(subject, 'all', 'NOT TRIED: not every library could be published');
  } else if (offline !== undefined) {
    proof.progress.leaveOut(subject, 'install', `NOT TRIED: ${offline}`);
  } else {
    const stranger = await install(proof, { subject, sources });
    if (stranger !== undefined) await checkDoors(proof, stranger, subject);
  }
}
