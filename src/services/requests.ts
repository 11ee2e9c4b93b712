import { type RunId, runId, tauError } from 'tau-core';
import { kernelv1 } from 'tau-core/contract';
import type { Kernel } from '../shell/kernel.js';
import type { RegionLoop } from '../shell/region-loop.js';
import { runView } from './views.js';

/** What a client asks for: durable, volatile, or the kernel's default. */
export function wantsDurable(durability: kernelv1.Durability): boolean | undefined {
  if (durability === kernelv1.Durability.UNSPECIFIED) return undefined;
  return durability === kernelv1.Durability.DURABLE;
}

/** The region of a run and its id, checked. @throws TauError INVALID_ARGUMENT, NOT_FOUND */
export function findRun(kernel: Kernel, text: string): { readonly loop: RegionLoop; readonly id: RunId } {
  const id = runId(text);
  return { loop: kernel.table.ofRun(id), id };
}

/** The run as it is now. @throws TauError NOT_FOUND */
export function presentRun(loop: RegionLoop, id: RunId): kernelv1.Run {
  const view = runView(loop.state, id);
  if (view === undefined)
    throw tauError('NOT_FOUND', `run ${id} ended long ago; its events are in the journal of session "${loop.id}"`);
  return view;
}
