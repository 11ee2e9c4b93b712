import { spawn } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { constants as osConstants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { tauError } from 'tau-core';
import type { Bin, LaunchOptions } from './context.js';

/** A program to run: an executable, and the arguments that come before the caller's. */
export interface Program {
  readonly command: string;
  readonly args: readonly string[];
}

/** Where programs are looked for. */
export interface SearchPath {
  /** Modules from which packages are resolved: this library's own, and the project that the caller stands in. */
  readonly from: readonly (string | URL)[];
  /** The variable PATH. */
  readonly path: string;
}

/**
 * Finds the program that a package installs: beside this library, in the caller's project, then on PATH.
 *
 * @throws TauError NOT_FOUND with the command that installs it, or builds it.
 */
export function findProgram({ name, packageName }: Bin, { from, path }: SearchPath): Program {
  for (const base of from) {
    const script = scriptOf(name, packageName, base);
    if (script === undefined) continue;
    if (existsSync(script)) return { command: process.execPath, args: [script] };
    throw tauError(
      'NOT_FOUND',
      `${packageName} is here, and not built: build it with "npm run build -w ${packageName}"`,
    );
  }
  const command = onPath(name, path);
  if (command !== undefined) return { command, args: [] };
  throw tauError('NOT_FOUND', `${name} is not installed: install it with "npm install ${packageName}"`);
}

/** Runs a program in the foreground, its streams ours, its end ours: exit code, or 128 and the signal's number. */
export function runProgram(program: Program, { args, token }: LaunchOptions): Promise<number> {
  const env = token === undefined ? process.env : { ...process.env, TAU_TOKEN: token };
  const child = spawn(program.command, [...program.args, ...args], { stdio: 'inherit', env });
  const forward = (signal: NodeJS.Signals): void => {
    // A terminal sends Ctrl-C to the child too: a second one would ask it to hurry.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, forward);
  return new Promise<number>((resolve, reject) => {
    child.on('error', (error) =>
      reject(tauError('NOT_FOUND', `${program.command} could not be started: ${error.message}`)),
    );
    child.on('exit', (code, signal) => resolve(code ?? 128 + osConstants.signals[signal ?? 'SIGKILL']));
  }).finally(() => {
    for (const signal of signals) process.off(signal, forward);
  });
}

function scriptOf(name: string, packageName: string, base: string | URL): string | undefined {
  const manifestPath = packageManifest(packageName, base);
  if (manifestPath === undefined) return undefined;
  const manifest: { readonly bin?: { readonly [name: string]: string } } = JSON.parse(
    readFileSync(manifestPath, 'utf8'),
  );
  const script = manifest.bin?.[name];
  return script === undefined ? undefined : join(dirname(manifestPath), script);
}

function packageManifest(packageName: string, base: string | URL): string | undefined {
  try {
    return findPackageJSON(packageName, base);
  } catch {
    // Node throws where it finds no such package.
    return undefined;
  }
}

function onPath(name: string, path: string): string | undefined {
  const candidates = path.split(delimiter).map((folder) => join(folder, name));
  return candidates.find((candidate) => {
    try {
      accessSync(candidate, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** The caller's project, as a base for resolving packages. */
export function projectBase(folder: string): URL {
  return pathToFileURL(join(folder, 'package.json'));
}
