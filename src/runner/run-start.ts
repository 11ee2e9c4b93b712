import {
  type Diagnostic,
  type Executable,
  type Json,
  type JsonObject,
  type Parsed,
  type RunBegin,
  runId,
  tauError,
} from 'tau-core';
import { systemClock, systemRandom } from 'tau-core/node';
import { versionOf } from '../versioning/definition-version.js';
import { LOCAL_DEFAULTS, type LocalOptions } from './local-options.js';
import type { RunEnd } from './local-world.js';
import type { OpenCall } from './open-call.js';
import type { RunBooks } from './run-books.js';
import type { ForkPoint, RunHeader, RunStatus } from './run-header.js';
import { RunJournal } from './run-journal.js';
import { firstSnapshot, readRun } from './run-reader.js';
import type { HostNote } from './run-record.js';
import type { SecretVault } from './secret-vault.js';
import type { Soon, StoredRun } from './store/run-store.js';

/** Where a run comes from, beside its options. */
export interface RunOrigin {
  readonly name?: string;
  readonly parent?: { readonly runId: string; readonly callId: string };
  readonly depth?: number;
  /** Told once it is stored, or has stopped before that. */
  readonly onBegun?: (end?: RunEnd) => void;
  /** Of a fork. */
  readonly fork?: {
    readonly from: ForkPoint;
    readonly begin: RunBegin;
    readonly state: Json;
    readonly books: JsonObject;
    readonly edit?: JsonObject;
  };
}

/** What a host needs to go on. */
export interface StartedRun<Definition, State> {
  readonly kind: 'new' | 'fork' | 'resumed';
  readonly begin: RunBegin;
  /** The one that it is bound to, and its version where it is stored. */
  readonly definition: Definition;
  readonly version: string | undefined;
  readonly journal: RunJournal | undefined;
  readonly state: State;
  readonly lastSeq: number;
  /** Of a run that goes over to another definition: to be stored first. */
  readonly migrated?: HostNote;
}

export interface StartRequest<Definition, State, Event> {
  readonly executable: Executable<Definition, State, Event>;
  readonly options: LocalOptions;
  readonly runId: string;
  readonly origin: RunOrigin;
  /** Where secrets go that are taken out of its input. */
  readonly vault: Pick<SecretVault, 'keep'>;
  /** Empty; those of a run that goes on are put in. */
  readonly books: RunBooks<OpenCall>;
}

/** @throws TauError INVALID_ARGUMENT for an ill-formed one. */
export function newRunId(options: LocalOptions): string {
  const { runId: given } = options;
  if (given === undefined) return (options.random ?? systemRandom).hex(8);
  if (/^[A-Za-z0-9_-]{1,64}$/.test(given)) return given;
  const shown = given.length > 40 ? `${given.slice(0, 40)}...` : given;
  throw tauError('INVALID_ARGUMENT', `"${shown}" is no run id: use 1 to 64 of A-Z a-z 0-9 _ -`);
}

/**
 * A run that begins. Without a store nothing is waited for.
 *
 * @throws TauError INVALID_ARGUMENT when the language refuses the input, DEFINITION_REFUSED when it cannot be linked.
 */
function beginRun<Definition, State, Event>(
  request: StartRequest<Definition, State, Event>,
): StartedRun<Definition, State> {
  const { executable, options, origin, books } = request;
  const { language } = executable;
  const definition = linked(executable, options);
  const begin = origin.fork?.begin ?? beginOf(request, definition);
  const { store } = options;
  const state = (origin.fork?.state ?? language.program.initial(definition, begin)) as State;
  const header = store === undefined ? undefined : headerOf(request, definition, begin);
  let journal: RunJournal | undefined;
  if (store !== undefined && header !== undefined) {
    const snapshot = firstSnapshot(language.program as never, header, definition, books);
    const frames = [{ index: 0, snapshot: { ...snapshot, s: state as Json } }];
    journal = new RunJournal(store, { header, frames, lastSeq: 0, status: {}, isMade: false });
    journal.define(header.version, definition);
  }
  if (origin.fork !== undefined) books.restore(origin.fork.books);
  const kind = origin.fork === undefined ? 'new' : 'fork';
  return { kind, begin, definition, version: header?.version, journal, state, lastSeq: 0 };
}

/** The run that the store has under this id, or a new one. At once where no store has to be asked. */
export function findOrBegin<Definition, State, Event>(
  request: StartRequest<Definition, State, Event>,
): Soon<StartedRun<Definition, State>> {
  const { store, runId: given } = request.options;
  if (store === undefined || given === undefined || request.origin.fork !== undefined) return beginRun(request);
  const found = async (): Promise<StartedRun<Definition, State>> => {
    const stored = await store.find(given);
    return stored === undefined ? beginRun(request) : resumeRun(request, stored);
  };
  return found();
}

/**
 * A run that goes on from what is stored.
 *
 * @throws TauError CONFLICT when it is bound to another program or definition, MIGRATION_REFUSED when it cannot go over.
 */
async function resumeRun<Definition, State, Event>(
  request: StartRequest<Definition, State, Event>,
  stored: StoredRun,
): Promise<StartedRun<Definition, State>> {
  const { executable, options, books, vault } = request;
  const { program } = executable.language;
  const header = JSON.parse(stored.header) as RunHeader;
  const { store } = options;
  if (store === undefined || header.kind !== program.kind) {
    throw tauError('CONFLICT', `run ${header.runId} is one of the program "${header.kind}", not of "${program.kind}"`);
  }
  const definition = linked(executable, options);
  const version = versionOf(program.kind, definition);
  const at = await readRun({ store, program, header, seq: stored.lastSeq, books, known: { version, definition } });
  if (options.input !== undefined) vault.keep(redactedInput(request, definition, options.input).secrets);
  const status = (stored.status === '' ? {} : JSON.parse(stored.status)) as RunStatus;
  const { lastSeq } = stored;
  const journal = new RunJournal(store, { header, frames: at.frames, lastSeq, status, isMade: true });
  const { begin } = header;
  const resumed = { kind: 'resumed', begin, journal, lastSeq } as const;
  journal.version = at.version;
  // What has ended needs no definition any more, and is shown under its own.
  if (at.version === version || books.outcome !== undefined)
    return { ...resumed, definition: at.definition, version: at.version, state: at.state };
  const versions = `run ${header.runId} is bound to version ${at.version} of its definition, and was given version ${version}`;
  if (options.migrate !== true) {
    throw tauError('CONFLICT', `${versions}: give it the one that it began with, or take it over with "migrate: true"`);
  }
  const migrated = program.migrate?.(at.definition, definition, at.state) ?? {
    ok: false,
    reasons: [`the program "${program.kind}" cannot take runs over`],
  };
  if (!migrated.ok) throw tauError('MIGRATION_REFUSED', `${versions}: ${migrated.reasons.join('; ')}`);
  journal.define(version, definition);
  const note: HostNote = { type: 'migrated', from: at.version, to: version, state: migrated.state as Json };
  return { ...resumed, definition, version, state: migrated.state, migrated: note };
}

function linked<Definition, State, Event>(
  { language, definition }: Executable<Definition, State, Event>,
  { definitions }: LocalOptions,
): Definition {
  if (definitions === undefined || language.link === undefined) return definition;
  if ((language.references?.(definition) ?? []).length === 0) return definition;
  const lookup = (name: string): Definition | undefined => {
    const found = definitions(name);
    return found?.language.program.kind === language.program.kind ? (found.definition as Definition) : undefined;
  };
  return accepted(language.link(definition, lookup), 'DEFINITION_REFUSED');
}

function accepted<T>(checked: Parsed<T>, refusal: 'DEFINITION_REFUSED' | 'INVALID_ARGUMENT'): T {
  if (checked.ok) return checked.definition;
  throw tauError(refusal, checked.diagnostics.map((diagnostic) => textOf(diagnostic, refusal)).join('; '));
}

function textOf({ file, line, column, message }: Diagnostic, refusal: string): string {
  return refusal === 'DEFINITION_REFUSED' ? `${file}:${line}:${column}: ${message}` : message;
}

function beginOf<Definition, State, Event>(
  request: StartRequest<Definition, State, Event>,
  definition: Definition,
): RunBegin {
  const { executable, options, vault } = request;
  const checked = accepted(executable.language.checkInput(definition, options.input ?? NO_INPUT), 'INVALID_ARGUMENT');
  const { redacted, secrets } = redactedInput(request, definition, checked);
  vault.keep(secrets);
  return {
    runId: runId(request.runId),
    sessionId: options.sessionId ?? options.event?.source ?? 'local',
    input: redacted,
    startedAt: (options.clock ?? systemClock).now(),
    ...(options.event !== undefined && { event: options.event }),
    ...(options.vars !== undefined && { vars: options.vars }),
  };
}

const NO_INPUT: JsonObject = {};

function redactedInput<Definition, State, Event>(
  { executable }: StartRequest<Definition, State, Event>,
  definition: Definition,
  input: JsonObject,
) {
  return executable.language.redactInput?.(definition, input) ?? { redacted: input, secrets: {} };
}

function headerOf<Definition, State, Event>(
  { executable, options, origin, runId: id }: StartRequest<Definition, State, Event>,
  definition: Definition,
  begin: RunBegin,
): RunHeader {
  const { fork, name, parent, depth } = origin;
  const frameEvery = Math.trunc(options.frameEvery ?? LOCAL_DEFAULTS.frameEvery);
  return {
    format: 1,
    runId: id,
    kind: executable.language.program.kind,
    version: versionOf(executable.language.program.kind, definition),
    begin,
    frameEvery: Math.min(Math.max(frameEvery, 1), LOCAL_DEFAULTS.frameEveryMax),
    ...(name !== undefined && { name }),
    ...(parent !== undefined && { parent }),
    ...(depth !== undefined && depth > 0 && { depth }),
    ...(fork !== undefined && { forkedFrom: fork.from, start: { state: fork.state, books: fork.books } }),
  };
}
