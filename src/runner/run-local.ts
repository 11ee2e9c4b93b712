import type { Executable } from 'tau-core';
import { LocalHost } from './local-host.js';
import type { LocalOptions } from './local-options.js';
import type { LocalRun } from './local-run.js';
import { newRunId, type RunOrigin } from './run-start.js';

/**
 * Runs a program in this process, with functions for capabilities. With a store, it is durable: no handler is called before what
 * asked for it is stored. When the store has a run of this `runId` the run goes on from where it is, and calls that were open are
 * made again, with the same idempotency keys.
 *
 * It begins in the next microtask, so that streams opened at once miss nothing.
 *
 * @throws TauError INVALID_ARGUMENT for an ill-formed `runId`, CONFLICT when this process has the run already.
 */
export function runLocal<Definition, State, Event>(
  executable: Executable<Definition, State, Event>,
  options: LocalOptions = {},
): LocalRun<Definition, State, Event> {
  return startLocal(executable, options, FROM_NOWHERE);
}

const FROM_NOWHERE: RunOrigin = {};

/** The same for a run that comes from somewhere. */
export function startLocal<Definition, State, Event>(
  executable: Executable<Definition, State, Event>,
  options: LocalOptions,
  origin: RunOrigin,
): LocalRun<Definition, State, Event> {
  const host = new LocalHost(executable, options, { runId: newRunId(options), origin });
  host.start();
  return host.handle;
}

/** The same, once what it waits for is known. Rejects with what it cannot begin by. */
export function begunLocal<Definition, State, Event>(
  executable: Executable<Definition, State, Event>,
  options: LocalOptions,
): Promise<LocalRun<Definition, State, Event>> {
  return new Promise((resolve, reject) => {
    const run = startLocal(executable, options, {
      onBegun: (end) => {
        if (end === undefined || !('thrown' in end)) return resolve(run);
        // Whoever asked for it is told, and nobody else need be.
        run.ended.catch(reject);
      },
    });
  });
}
