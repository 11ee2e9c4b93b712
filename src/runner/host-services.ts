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
  triggerEvent,
  workId,
  writableSession,
} from 'tau-core';
import { endedBy, type SecretMask, thrownError } from 'tau-core/node';
import type { KeyedRuns } from './keyed-runs.js';
import type { HostService, LocalCall } from './local-call.js';
import { type AnyExecutable, LOCAL_DEFAULTS, type LocalOptions, type PublishedEvent } from './local-options.js';
import type { LocalWorld, RunEnd, RunningRun } from './local-world.js';

/** What services need of the run that they serve. */
export interface ServedRun {
  readonly runId: string;
  readonly sessionId: string;
  readonly depth: number;
  readonly options: LocalOptions;
  readonly world: LocalWorld;
  readonly mask: SecretMask;
  /** Runs of keys that have ended, where no store has them. */
  readonly keyed: KeyedRuns | undefined;
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
  /** Whether it is the one run of a key. */
  readonly isKeyed: boolean;
}

/** What the host itself does for a capability; undefined where it leaves it to handlers. */
export function hostService(run: ServedRun, capability: string): HostService | undefined {
  switch (capability) {
    case HOST_CAPABILITIES.ask:
      // The question is in the run's books from the call's beginning; its answer settles the call.
      return ASKING;
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

const ASKING: HostService = () => undefined;

function publish(run: ServedRun, call: LocalCall): undefined {
  const { data } = call.effect.input;
  const type = textOf(call.effect.input['type']);
  const subject = textOf(call.effect.input['subject']);
  if (type === undefined) return refuse(call, '"type" must be the type of an event');
  const session = sessionOf(run, call);
  if (session === undefined) return undefined;
  const event: PublishedEvent = {
    id: nameOf(run, call),
    runId: run.runId,
    sessionId: session,
    type,
    seq: run.nextPublished(),
    ...(data !== undefined && { data }),
    ...(subject !== undefined && { subject }),
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
  const { input, wait } = call.effect.input;
  const name = textOf(call.effect.input['definition']);
  const key = textOf(call.effect.input['key']);
  if (name === undefined) return refuse(call, '"definition" must be the name of a definition');
  if (input !== undefined && !isJsonObject(input)) return refuse(call, '"input" must be an object');
  const executable = run.options.definitions?.(name);
  if (executable === undefined) {
    const message = `nobody has a definition "${name}": give it to the run with "definitions"`;
    call.settle({ kind: 'failed', error: errorData('NOT_FOUND', message) });
    return undefined;
  }
  if (run.depth >= LOCAL_DEFAULTS.depthMax) {
    const message = `run ${run.runId} is ${run.depth} runs deep, the limit is ${LOCAL_DEFAULTS.depthMax}: does "${name}" start itself?`;
    call.settle({ kind: 'failed', error: errorData('LIMIT_EXCEEDED', message) });
    return undefined;
  }
  const session = sessionOf(run, call);
  if (session === undefined) return undefined;
  const event = eventOf(run, call);
  if (event === 'refused') return undefined;
  const origin = key !== undefined ? `${session}\n${key}` : nameOf(run, call);
  const childId = createHash('sha256').update(origin).digest('hex').slice(0, CHILD_ID_DIGITS);
  const past = run.keyed?.get(childId);
  if (past !== undefined) {
    call.settle(wait === false ? { kind: 'ok', output: { runId: childId } } : past);
    return undefined;
  }
  const known = run.world.get(childId);
  const child =
    known ??
    run.startChild({
      executable,
      name,
      runId: childId,
      callId: call.effect.callId,
      input: input ?? {},
      sessionId: session,
      isKeyed: key !== undefined,
      ...(event !== undefined && { event }),
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
  const { content } = call.effect.input;
  const to = textOf(call.effect.input['runId']);
  if (to === undefined) return refuse(call, '"runId" must be the id of a run');
  const recipient = run.world.get(to);
  if (recipient === undefined) {
    const message = `no run ${to} is under way here: runs of one store reach each other while a process has them`;
    call.settle({ kind: 'failed', error: errorData('RECIPIENT_UNKNOWN', message) });
    return undefined;
  }
  // The key makes it one message, however often it is sent after a crash.
  recipient.send((content ?? null) as Json, { key: nameOf(run, call) }).then(
    () => call.settle({ kind: 'ok', output: null }),
    (thrown: unknown) => call.settle(endedBy(thrownError(thrown, run.mask))),
  );
  return undefined;
}

/** The call's name in all runs. */
function nameOf(run: ServedRun, call: LocalCall): string {
  return workId(run.runId as RunId, call.effect.callId);
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The session that a call means: its run's own, unless it names another. Undefined where it is refused. */
function sessionOf(run: ServedRun, call: LocalCall): string | undefined {
  const named = textOf(call.effect.input['sessionId']);
  if (named === undefined || named === run.sessionId) return run.sessionId;
  try {
    return writableSession(named);
  } catch (thrown) {
    call.settle(endedBy(thrownError(thrown, run.mask)));
    return undefined;
  }
}

/** The event that a call gives the run that it starts, completed. */
function eventOf(run: ServedRun, call: LocalCall): CloudEvent | 'refused' | undefined {
  const { event } = call.effect.input;
  if (!isJsonObject(event)) return undefined;
  try {
    return triggerEvent(event, { id: nameOf(run, call), source: `tau/run/${run.runId}` });
  } catch (thrown) {
    call.settle(endedBy(thrownError(thrown, run.mask)));
    return 'refused';
  }
}

function refuse(call: LocalCall, why: string): undefined {
  const message = `input of ${call.effect.capability} is refused: ${why}`;
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
