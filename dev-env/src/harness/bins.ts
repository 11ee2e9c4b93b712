import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Library, ROOT } from '../../scripts/libraries.ts';

/** The script of a library's command, as the package.json in its folder under `libraries` declares it. */
export function binScript(library: Library, name: string, libraries: string = ROOT): string {
  const { bin } = JSON.parse(readFileSync(join(libraries, library, 'package.json'), 'utf8')) as {
    bin?: Readonly<Record<string, string>>;
  };
  const script = bin?.[name];
  if (script === undefined) throw new Error(`${library}/package.json declares no command "${name}"`);
  return join(libraries, library, script);
}

/** The script of the stand-in's command. */
export function emulateScript(): string {
  return fileURLToPath(import.meta.resolve('emulate/cli'));
}
