import { canonicalJson, HOST_CAPABILITIES, type Json, type JsonObject, type ProgramLanguage } from 'tau-core';
import type { JournaledDecision, JournaledRun } from './journaled-run.ts';

/** A program and a definition of it, built together with those that it refers to. */
export interface Bound {
  readonly language: ProgramLanguage<unknown, unknown, unknown>;
  readonly definition: unknown;
}

/** What is known of runs beside their journals. */
export interface RunNames {
  /** Names of the runs that nobody else started, by their ids. */
  readonly names: ReadonlyMap<string, string>;
  /** What a run executes. */
  boundOf(run: JournaledRun): Bound;
}

/** Instants of this century, in milliseconds. */
const INSTANT_FIRST = 946_684_800_000;
const INSTANT_LAST = 4_102_444_800_000;
const INSTANT_TEXT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z|\b[1-3]\d{12}\b/g;

/**
 * The journals of a scenario as lines of text that are the same on every host. What differs between hosts without meaning anything
 * is replaced, and nothing else:
 *
 * 1. What hosts note for themselves is left out: attempts, backoffs, dead letters, questions of handlers, messages that wait, that a run
 *    is being cancelled. So are times of calls (`timeoutMs`, deadlines): each host has them in its own form.
 * 2. A run's id is replaced by its name, in all texts: what the scenario calls it, or `<parent>/<call>` for one that a call started.
 * 3. An instant is `<instant>`, as a number, in RFC 3339, or as a part of a text.
 * 4. The number that a host gave to a published event is `<seq>`: the kernel counts a session's events, the runner a run's.
 * 5. What a host says itself of a call that it serves and refuses is `<said by the host>`: it names the host's own commands.
 * 6. Objects have their members in the order of their names, absent lists are empty. Runs stand in the order of their names; of one
 *    name, in the order of their starts.
 *
 * No inputs are sorted: scenarios say in which order handlers answer.
 */
export function plainJournals(runs: readonly JournaledRun[], known: RunNames): string {
  const named = new Map(known.names);
  for (const run of runs) named.set(run.runId, nameOf(run, runs, known.names));
  const plain = new Plain(named);
  return [...runs]
    .sort((a, b) => a.begin.startedAt - b.begin.startedAt)
    .map((run) => ({
      name: plain.text(named.get(run.runId) ?? ''),
      lines: linesOf(run, plain.without(hostTexts(run, runs)), known.boundOf(run)),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)))
    .map(({ name, lines }) => [`run ${name}`, ...lines.map((line) => `  ${line}`)].join('\n'))
    .join('\n');
}

/** A run's name: what the scenario calls it, or `<parent>/<call>` for one that a call started. */
export function nameOf(run: JournaledRun, runs: readonly JournaledRun[], names: ReadonlyMap<string, string>): string {
  const own = names.get(run.runId);
  if (own !== undefined) return own;
  const parent = runs.find(({ runId }) => runId === run.parent?.runId);
  return parent === undefined ? 'a run of nobody' : `${nameOf(parent, runs, names)}/${run.parent?.callId}`;
}

const HOST_SERVED: ReadonlySet<string> = new Set(Object.values(HOST_CAPABILITIES));

/** Messages of errors that the host made itself: of calls that it serves, but for those that ended with another run. */
function hostTexts(run: JournaledRun, runs: readonly JournaledRun[]): readonly string[] {
  const served = new Set(
    run.decisions
      .flatMap(({ calls }) => calls.filter(({ capability }) => HOST_SERVED.has(capability)))
      .map(({ callId }) => callId),
  );
  const isChild = (callId: string): boolean =>
    runs.some(({ parent }) => parent?.runId === run.runId && parent.callId === callId);
  return run.decisions.flatMap(({ input }) => {
    if (input.type !== 'callSettled' || !('error' in input.outcome)) return [];
    return served.has(input.callId) && !isChild(input.callId) ? [input.outcome.error.message] : [];
  });
}

function linesOf(run: JournaledRun, plain: Plain, bound: Bound): readonly string[] {
  const { input, event, vars } = run.begin;
  return [
    `input ${plain.json(input)}`,
    ...(event === undefined ? [] : [`event ${plain.json(event as unknown as Json)}`]),
    ...(vars === undefined ? [] : [`vars ${plain.json(vars)}`]),
    ...(run.start === undefined ? [] : [`from ${plain.json(run.start)}`]),
    ...run.decisions.flatMap((decision) => decisionLines(decision, plain)),
    `outcome ${plain.json((run.outcome ?? null) as unknown as Json)}`,
    `view ${plain.json(viewOf(run, bound))}`,
  ];
}

function decisionLines(decision: JournaledDecision, plain: Plain): readonly string[] {
  const { type, ...told } = decision.input;
  return [
    `> ${type} ${plain.json(told as unknown as Json)}`,
    ...decision.events.map((event) => `    ${plain.json(event)}`),
    ...decision.calls.map((call) => `    -> call ${plain.json({ ...call } as unknown as Json)}`),
    ...decision.cancelled.map((callId) => `    -> cancel ${plain.text(callId)}`),
    ...decision.released.map((lockId) => `    -> release ${plain.text(lockId)}`),
    ...decision.claims.map((claim) => `    -> claim ${plain.json(claim)}`),
  ];
}

/** What the program shows of the state that the journal's events come to. */
export function viewOf({ begin, start, decisions }: JournaledRun, { language, definition }: Bound): JsonObject {
  const { program } = language;
  let state: unknown = start ?? program.initial(definition, begin);
  for (const { events } of decisions) {
    for (const event of events) state = program.evolve(definition, state, event);
  }
  return program.view?.(definition, state) ?? (state as JsonObject);
}

class Plain {
  readonly #names: readonly (readonly [string, string])[];
  readonly #hostTexts: readonly string[];

  constructor(names: ReadonlyMap<string, string>, hostTexts: readonly string[] = []) {
    this.#names = [...names];
    this.#hostTexts = hostTexts;
  }

  /** The same that leaves out these texts, too. */
  without(hostTexts: readonly string[]): Plain {
    return new Plain(new Map(this.#names), hostTexts);
  }

  json(value: Json): string {
    return canonicalJson(this.#value(value));
  }

  text(text: string): string {
    let plain = text;
    for (const said of this.#hostTexts) plain = plain.replaceAll(said, '<said by the host>');
    for (const [runId, name] of this.#names) plain = plain.replaceAll(runId, `<${name}>`);
    return plain.replace(INSTANT_TEXT, '<instant>');
  }

  #value(value: Json): Json {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return value >= INSTANT_FIRST && value <= INSTANT_LAST ? '<instant>' : value;
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map((item: Json) => this.#value(item));
    const members = Object.entries(value) as [string, Json][];
    if (members.length === 1 && members[0]?.[0] === 'seq') return { seq: '<seq>' };
    return Object.fromEntries(members.map(([key, member]) => [this.text(key), this.#value(member)]));
  }
}
