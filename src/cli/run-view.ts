import { type Json, type JsonObject, type RunBegin, tauError } from 'tau-core';
import type { EventCalls, RunCalls, RunEvent, RunView } from 'tau-core/client';
import { objectAt, objectsAt, textAt } from './format/json-access.js';
import { type OfflineLanguage, offlineLanguage } from './offline-languages.js';
import { runPast } from './run-past.js';

/** What a person who looks at a run sees, as it was after an event. */
export interface ShownRun {
  readonly runId: string;
  /** The last event that is in it. */
  readonly seq: number;
  /** Who made the view: the kernel, or this command from the run's events. */
  readonly madeBy: 'kernel' | 'command';
  readonly definition: { readonly name: string; readonly program: string; readonly version: string };
  /** Its shape is the program's. */
  readonly view: JsonObject;
}

type Client = Pick<RunCalls, 'history'> & Pick<EventCalls, 'subscribe'>;

/** A run in progress as the kernel shows it; undefined where it shows none, as of a run that has ended. */
export function kernelsView(run: RunView): ShownRun | undefined {
  const { runId, lastSeq: seq, definitionName: name, definitionVersion: version, program, view } = run;
  return view && { runId, seq, madeBy: 'kernel', definition: { name, program, version }, view };
}

/**
 * Folds a run's journaled events with this command's own copy of its program, and shows the state. The definition is the one
 * that the session's journal has for the run, checked against its version.
 *
 * @throws TauError CONFLICT when its past is gone; NOT_FOUND when it had not begun at `atSeq`; UNSUPPORTED for a program that is
 * not known here.
 */
export async function shownRun(client: Client, run: RunView, atSeq?: number): Promise<ShownRun> {
  const language = await offlineLanguage(run.program);
  const { program } = language;
  const fold = new RunFold(client, run, language);
  for await (const event of runPast(client, run.runId, atSeq === undefined ? {} : { toSeq: atSeq }))
    await fold.take(event);
  const { last, definition, state, version } = fold;
  if (last === undefined) {
    throw tauError('NOT_FOUND', `run ${run.runId} had not begun at event ${atSeq}: its first is ${run.firstSeq}`);
  }
  if (program.view === undefined) throw tauError('UNSUPPORTED', `program "${run.program}" shows nothing of its runs`);
  const view = program.view(definition, state);
  const shown = { name: fold.name, program: run.program, version };
  return { runId: run.runId, seq: last.seq, madeBy: 'command', definition: shown, view };
}

/** A run's state, event by event. */
class RunFold {
  readonly #client: Client;
  readonly #run: RunView;
  readonly #language: OfflineLanguage;
  last: RunEvent | undefined;
  name = '';
  version = '';
  definition: Json = null;
  state: Json = null;

  constructor(client: Client, run: RunView, language: OfflineLanguage) {
    this.#client = client;
    this.#run = run;
    this.#language = language;
  }

  async take(event: RunEvent): Promise<void> {
    const { data } = event;
    const { program } = this.#language;
    switch (event.type) {
      case 'run.started':
        await this.#bind(objectAt(data, 'definition'), event.seq);
        this.state = program.initial(this.definition, objectAt(data, 'begin') as unknown as RunBegin);
        break;
      case 'run.forked':
        await this.#bind(objectAt(objectAt(data, 'run'), 'definition'), event.seq);
        this.state = objectAt(data, 'run')['program'] ?? null;
        break;
      case 'run.migrated':
        await this.#bind(objectAt(data, 'definition'), event.seq);
        this.state = data['program'] ?? null;
        break;
      case 'run.advanced':
        for (const happened of objectsAt(data, 'events')) {
          this.state = program.evolve(this.definition, this.state, happened);
        }
        break;
    }
    this.last = event;
  }

  async #bind(named: JsonObject, seq: number): Promise<void> {
    this.name = textAt(named, 'name');
    this.version = textAt(named, 'version');
    this.definition = await boundDefinition(this.#client, this.#run, { version: this.version, seq });
  }
}

/** Of a session's events, those that bind runs to definitions: a definition is adopted just before the first run of it. */
const ADOPTED = 'tau.definition.adopted';
const BINDING = [ADOPTED, 'tau.run.started', 'tau.run.forked', 'tau.run.migrated'];

/** The definition of a version, as the session of a run adopted it before the event that binds the run to it. */
async function boundDefinition(
  client: Pick<EventCalls, 'subscribe'>,
  { sessionId, runId, program }: RunView,
  { version, seq }: { readonly version: string; readonly seq: number },
): Promise<Json> {
  const { versionOf } = await import('tau-orchestrate');
  for await (const item of client.subscribe(sessionId, { fromSeq: 1, types: BINDING })) {
    const position = item.kind === 'gap' ? item.toSeq : item.event.regionSeq;
    if (item.kind === 'event' && item.event.type === ADOPTED) {
      const definition = definitionIn(item.event.data, version);
      if (definition !== undefined && versionOf(program, definition) === version) return definition;
    }
    if (position >= seq) break;
  }
  throw tauError('CONFLICT', `the definition of run ${runId}, version ${version}, is gone from session ${sessionId}`);
}

function definitionIn(data: string, version: string): Json | undefined {
  if (!data.includes(version)) return undefined;
  const bound = objectAt(objectAt({ body: JSON.parse(data) as Json }, 'body'), 'bound');
  return textAt(bound, 'version') === version ? bound['definition'] : undefined;
}
