import type { Umbrella } from '../model/umbrella.ts';
import { Stop } from '../stop.ts';

/** The libraries that a command line names: one, or all with `--all`. */
export function chosenNames(umbrella: Umbrella, library: string | undefined, options: { all?: boolean }): string[] {
  const all = umbrella.libraries.map(({ name }) => name);
  if ((library === undefined) === (options.all === true)) return library === undefined ? all : [library];
  throw new Stop('name one library, or all of them with --all', `the libraries are ${all.join(', ')}`);
}
