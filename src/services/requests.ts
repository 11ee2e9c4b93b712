import { type RegionId, type RunId, regionId, runId, tauError } from 'tau-core';
import { kernelv1 } from 'tau-core/contract';
import type { Kernel } from '../shell/kernel.js';
import type { RegionLoop } from '../shell/region-loop.js';
import { runView } from './views.js';

/** Regions whose names begin so are the kernel's own: clients read them, and write through their services only. */
const KERNEL_REGIONS = 'tau/definitions';

/** A session id that a client may write to. @throws TauError INVALID_ARGUMENT, DENIED */
export function writableSession(text: string): RegionId {
  if (text.startsWith(KERNEL_REGIONS))
    throw tauError('DENIED', `"${text}" belongs to the kernel; use the definition service`);
  return regionId(text);
}

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
