import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/*
 * For processes that tests start: `node --import <this file> <a test's program>.ts` runs the sources as they are. Sources name
 * each other by what they are built to, `.js`; and the package by its doors.
 */
const DOORS: { readonly [specifier: string]: string } = {
  'tau-orchestrate': '../../src/index.ts',
  'tau-orchestrate/local': '../../src/runner/index.ts',
};

registerHooks({
  resolve(specifier, context, nextResolve) {
    const door = DOORS[specifier];
    if (door !== undefined) return nextResolve(new URL(door, import.meta.url).href, context);
    if (!specifier.startsWith('.') || !specifier.endsWith('.js')) return nextResolve(specifier, context);
    const source = new URL(`${specifier.slice(0, -2)}ts`, context.parentURL);
    return existsSync(fileURLToPath(source)) ? nextResolve(source.href, context) : nextResolve(specifier, context);
  },
});
