import { createHash } from 'node:crypto';
import {
  type CloudEvent,
  type ErrorName,
  errorData,
  HOST_CAPABILITIES,
  isJsonObject,
  type Json,
  type JsonObject,
  type Outcome,
  type RunId,
  TauError,
  workId,
} from 'tau-core';
import type { HostService, LocalCall } from './local-call.js';
import { type AnyExecutable, LOCAL_DEFAULTS, type LocalOptions, type PublishedEvent } from './local-options.js';
import type { LocalWorld, RunEnd, RunningRun } from './local-world.js';
import type { SecretMask } from './secret-mask.js';
import { endedBy, thrownError } from './thrown-error.js';

/** What services need of the run that they serve. */
export interface ServedRun {
  readonly runId: string;
  readonly sessionId: string;
  readonly depth: number;
  readonly options: LocalOptions;
  readonly world: LocalWorld;
  readonly mask: SecretMask;
  nextPublished(): number;
  published(callId: string, event: PublishedEvent): void;
  startChild(child: ChildRun): RunningRun;
  /** The run that a call waits for. `isOwn`: it was started for it. */
  adopted(call: LocalCall, child: RunningRun, isOwn: boolean): void;
  /** The run cannot go on in this process. */
  failed(thrown: unknown): void;
}

export interface ChildRun {
  readonly executable: AnyExecutable;
  readonly name: string;
  readonly runId: string;
  readonly callId: string;
  readonly input: JsonObject;
  readonly event?: CloudEvent;
  readonly sessionId: string;
}

/** What the host itself does for a capability; undefined where it leaves it to handlers. */
export function hostService(run: ServedRun, capability: string): HostService | undefined {
  switch (capability) {
    case HOST_CAPABILITIES.ask:
      // The question is in the run's books from the call's beginning; its answer settles the call.
      return () => undefined;
    case HOST_CAPABILITIES.publish:
      return (call) => publish(run, call);
    case HOST_CAPABILITIES.startRun:
      return (call) => startRun(run, call);
    case HOST_CAPABILITIES.sendInput:
      return (call) => sendInput(run, call);
    default:
      return undefined;
  }
}

function publish(run: ServedRun, call: LocalCall): undefined {
  const { type, data, subject, sessionId } = call.effect.input;
  if (typeof type !== 'string') return refuse(call, 'an event needs a type');
  const event: PublishedEvent = {
    id: workId(run.runId as RunId, call.effect.callId),
    runId: run.runId,
    sessionId: typeof sessionId === 'string' ? sessionId : run.sessionId,
    type,
    seq: run.nextPublished(),
    ...(data !== undefined && { data }),
    ...(typeof subject === 'string' && { subject }),
  };
  const done = (): void => {
    run.published(call.effect.callId, event);
    call.settle({ kind: 'ok', output: { seq: event.seq } });
  };
  try {
    const publishing = run.options.onPublish?.(event);
    if (publishing === undefined) done();
    else publishing.then(done, (thrown: unknown) => call.settle(endedBy(thrownError(thrown, run.mask))));
  } catch (thrown) {
    call.settle(endedBy(thrownError(thrown, run.mask)));
  }
  return undefined;
}

function startRun(run: ServedRun, call: LocalCall): ((reason: string) => void) | undefined {
  const { definition: name, input, event, sessionId, key, wait } = call.effect.input;
  if (typeof name !== 'string') return refuse(call, 'a run needs the name of a definition');
  const executable = run.options.definitions?.(name);
  if (executable === undefined) {
    const message = `nobody has a definition "${name}": give it to the run with "definitions"`;
    call.settle({ kind: 'failed', error: errorData('NOT_FOUND', message) });
    return undefined;
  }
  if (run.depth >= LOCAL_DEFAULTS.depthMax) {
    const message = `run ${run.runId} is ${run.depth} runs deep, the limit depthMax: does "${name}" start itself?`;
    call.settle({ kind: 'failed', error: errorData('LIMIT_EXCEEDED', message) });
    return undefined;
  }
  const session = typeof sessionId === 'string' ? sessionId : run.sessionId;
  const origin = typeof key === 'string' ? `${session}\n${key}` : `${run.runId}/${call.effect.callId}`;
  const childId = createHash('sha256').update(origin).digest('hex').slice(0, CHILD_ID_DIGITS);
  const known = run.world.runs.get(childId);
  const child =
    known ??
    run.startChild({
      executable,
      name,
      runId: childId,
      callId: call.effect.callId,
      input: isJsonObject(input) ? input : {},
      sessionId: session,
      ...(isJsonObject(event) && { event: event as unknown as CloudEvent }),
    });
  if (wait === false) {
    child.onBegun((end) => {
      if (end !== undefined && 'thrown' in end && isOfThisProcess(end.thrown)) run.failed(end.thrown);
      else if (end !== undefined && 'thrown' in end) call.settle(outcomeOf(end, run.mask));
      else call.settle({ kind: 'ok', output: { runId: childId } });
    });
    return undefined;
  }
  run.adopted(call, child, known === undefined);
  child.onStopped((end) => {
    // Where the other run has not failed but only left this process, nothing may be said of it: this one leaves too.
    if ('thrown' in end && isOfThisProcess(end.thrown)) run.failed(end.thrown);
    else call.settle(outcomeOf(end, run.mask));
  });
  return (reason) => child.cancel(reason);
}

const CHILD_ID_DIGITS = 32;

function sendInput(run: ServedRun, call: LocalCall): undefined {
  const { runId: to, content } = call.effect.input;
  if (typeof to !== 'string') return refuse(call, 'a message needs the id of a run');
  const recipient = run.world.runs.get(to);
  if (recipient === undefined) {
    const message = `no run ${to} is under way here: runs of one store reach each other while a process has them`;
    call.settle({ kind: 'failed', error: errorData('RECIPIENT_UNKNOWN', message) });
    return undefined;
  }
  // The key makes it one message, however often it is sent after a crash.
  recipient.send((content ?? null) as Json, workId(run.runId as RunId, call.effect.callId)).then(
    () => call.settle({ kind: 'ok', output: null }),
    (thrown: unknown) => call.settle(endedBy(thrownError(thrown, run.mask))),
  );
  return undefined;
}

function refuse(call: LocalCall, why: string): undefined {
  const message = `${call.effect.capability} is refused: ${why}`;
  call.settle({ kind: 'failed', error: errorData('INVALID_ARGUMENT', message) });
  return undefined;
}

const OF_THIS_PROCESS: readonly ErrorName[] = [
  'DRAINING',
  'JOURNAL_ABSENT',
  'JOURNAL_CONFLICT',
  'JOURNAL_CORRUPT',
  'JOURNAL_FAILED',
];

function isOfThisProcess(thrown: unknown): boolean {
  return thrown instanceof TauError && OF_THIS_PROCESS.some((name) => thrown.is(name));
}

function outcomeOf(end: RunEnd, mask: SecretMask): Outcome {
  return 'outcome' in end ? end.outcome : endedBy(thrownError(end.thrown, mask));
}
