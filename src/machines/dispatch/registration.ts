import { type ErrorData, errorData } from 'tau-core';
import { turnAway } from './assign.js';
import { loseAll } from './reconcile.js';
import type { DispatchEffect } from './signals.js';
import { type DispatchState, GONE_MAX, type Instance, type Manifest } from './state.js';

/** The same life of a process gets the same registration; a new life takes the place of the old one at once. */
export function register(state: DispatchState, manifest: Manifest, now: number, effects: DispatchEffect[]): void {
  const known = state.byInstanceId.get(manifest.instanceId);
  if (known?.manifest.incarnation === manifest.incarnation) {
    effects.push({ type: 'registered', registrationId: known.registrationId });
    return;
  }
  const refusal = whyNot(state, manifest, known);
  if (refusal !== undefined) {
    recordGone(state, { manifest, refused: true, reason: refusal, sinceMs: now });
    effects.push({ type: 'refuse', error: refusal });
    return;
  }
  if (known !== undefined) replace(state, known, now, effects);
  // Taken now: an earlier refusal is no news any more.
  state.gone = state.gone.filter((item) => !item.refused || item.manifest.instanceId !== manifest.instanceId);
  state.registrations += 1;
  const capabilities = new Map(
    manifest.capabilities.map((offered) => [`${offered.kind}:${offered.name}`, offered.routing]),
  );
  const instance: Instance = {
    registrationId: `${state.kernelId}.${state.registrations}`,
    manifest,
    capabilities,
    turns: [...capabilities.keys()],
    attached: false,
    welcomed: false,
    leaving: false,
    sinceMs: now,
    lastFrameMs: now,
    nextPingMs: 0,
    creditItems: 0,
    creditBytes: 0,
    leased: new Set(),
    downSeq: 0,
    heldHello: undefined,
  };
  state.instances.set(instance.registrationId, instance);
  state.byInstanceId.set(manifest.instanceId, instance);
  // One that registers and never attaches is forgotten like one that was cut.
  state.instanceDeadlines.set(instance, now + state.limits.leaseTtlMs);
  effects.push({ type: 'registered', registrationId: instance.registrationId });
}

/** Forgets an instance; what it had was lost before. */
export function removeInstance(
  state: DispatchState,
  instance: Instance,
  reason: ErrorData,
  now: number,
  effects: DispatchEffect[],
): void {
  state.instances.delete(instance.registrationId);
  if (state.byInstanceId.get(instance.manifest.instanceId) === instance)
    state.byInstanceId.delete(instance.manifest.instanceId);
  state.instanceDeadlines.delete(instance);
  recordGone(state, { manifest: instance.manifest, refused: false, reason, sinceMs: now });
  turnAway(state, instance, now, effects);
}

export function recordGone(state: DispatchState, gone: DispatchState['gone'][number]): void {
  const others = state.gone.filter(
    (item) => item.manifest.instanceId !== gone.manifest.instanceId || item.refused !== gone.refused,
  );
  state.gone = [...others, gone].slice(-GONE_MAX);
}

function replace(state: DispatchState, old: Instance, now: number, effects: DispatchEffect[]): void {
  const error = errorData(
    'INSTANCE_REPLACED',
    `another process registered as "${old.manifest.instanceId}"; give each instance that runs at the same time a name of its own`,
  );
  loseAll(state, old, `its provider "${old.manifest.instanceId}" was restarted`, effects);
  if (old.attached) effects.push({ type: 'close', registrationId: old.registrationId, error });
  removeInstance(state, old, error, now, effects);
}

function whyNot(state: DispatchState, manifest: Manifest, known: Instance | undefined): ErrorData | undefined {
  if (manifest.name === '' || manifest.instanceId === '' || manifest.incarnation === '') {
    return errorData('REGISTRATION_REFUSED', 'a registration needs a name, an instance id and an incarnation');
  }
  if (known === undefined && state.instances.size >= state.limits.instancesMax) {
    return errorData('LIMIT_EXCEEDED', `there are ${state.instances.size} extensions, the limit instancesMax`);
  }
  return offersJournal({ manifest }) ? whyNotItsJournal(state, manifest, known) : undefined;
}

/** Whether an instance keeps a journal for the kernel. */
export function offersJournal({ manifest }: Pick<Instance, 'manifest'>): boolean {
  return manifest.capabilities.some(({ kind }) => kind === 'journal');
}

/** There is one journal: sessions that begin in a second one are gone once the kernel reads the first again. */
function whyNotItsJournal(
  state: DispatchState,
  { instanceId }: Manifest,
  known: Instance | undefined,
): ErrorData | undefined {
  const other = [...state.instances.values()].find((one) => one !== known && offersJournal(one));
  if (other !== undefined) {
    const message = `a journal is attached already, by "${other.manifest.instanceId}"; stop that one first`;
    return errorData('REGISTRATION_REFUSED', message);
  }
  if (state.journalOf === undefined || state.journalOf === instanceId) return undefined;
  const message = `the sessions of this kernel are in the journal of "${state.journalOf}", which is away; start that one again, or restart the kernel to take up this one's`;
  return errorData('REGISTRATION_REFUSED', message);
}
