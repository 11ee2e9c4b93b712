import type { Json, JsonObject, ProgramEffect } from 'tau-core';
import { ACTION_RETRY, type WorkflowDefinition, type WorkflowEvent, workflowLanguage } from 'tau-orchestrate';
import { beginOf, Drive, definitionOf, githubEvent, linkedOf, START } from './drive.js';
import { outcomeOf } from './transcript-outcome.js';

/*
 * A transcript is a text that is read from top to bottom:
 *
 *   # comments, anywhere
 *   workflow            the YAML that follows, indented by two spaces
 *   file <path>         the same of a file that it refers to
 *   > <input>           an input, and under it what came of it, indented: events, then effects after "->"
 *
 * Inputs:  > begin [<event type> <payload>] | > begin inputs <json> | > begin vars <json>
 *          > settle <call> ok [<json>] | failed <error name> <message> | unknown <error name> <message>
 *                          | cancelled <reason> | asks <question>
 *          > grant <lock> | > revoke <lock> <reason>
 *          > cancel <reason> | > wait <seconds>s
 *          > message <json> | > edit <json>
 *          > view             what a person sees then
 *          > migrate          to the workflow of "file next.yml"
 */

/** What a transcript has reached: types of events, inputs and effects. */
export interface Coverage {
  readonly events: Set<string>;
  readonly inputs: Set<string>;
  readonly effects: Set<string>;
  readonly narrations: Set<string>;
}

/** The transcript with what comes of its inputs now. What it reaches is added to `coverage`. */
export function replayTranscript(text: string, coverage?: Coverage): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.startsWith('> '));
  const head = lines.slice(0, first);
  const session = new Session(sourcesIn(head), coverage);
  const output = [...head];
  for (const line of lines.slice(first)) {
    if (line.startsWith('#') || line === '') output.push(line);
    else if (line.startsWith('> ')) output.push(line, ...session.input(line.slice(2)));
  }
  return output.join('\n');
}

/** The workflow of a transcript. */
export function workflowIn(text: string): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.startsWith('> '));
  return sourcesIn(lines.slice(0, first)).get('') ?? '';
}

/** The sources in a transcript's head, by their files; the workflow's own by the empty name. */
function sourcesIn(head: readonly string[]): ReadonlyMap<string, string> {
  const sources = new Map<string, string[]>();
  let at: string[] | undefined;
  for (const line of head) {
    const [, file] = /^(?:workflow|file (\S+))$/.exec(line) ?? [];
    if (line === 'workflow' || file !== undefined) {
      at = [];
      sources.set(file ?? '', at);
    } else if (!line.startsWith('#')) at?.push(line.slice(2));
  }
  return new Map([...sources].map(([file, text]) => [file, text.join('\n')]));
}

const { program } = workflowLanguage;

class Session {
  readonly #sources: ReadonlyMap<string, string>;
  readonly #coverage: Coverage | undefined;
  #drive: Drive | undefined;

  constructor(sources: ReadonlyMap<string, string>, coverage: Coverage | undefined) {
    this.#sources = sources;
    this.#coverage = coverage;
  }

  #definition(file: string): WorkflowDefinition {
    const source = this.#sources.get(file) ?? '';
    return this.#sources.size === 1 ? definitionOf(source) : linkedOf(source, this.#sources);
  }

  input(line: string): readonly string[] {
    const [verb = '', ...words] = line.split(' ');
    const rest = words.join(' ');
    if (verb === 'begin') {
      this.#drive = new Drive(this.#definition(''), beginOf(beginning(rest)));
      return this.#taken(() => this.#drive?.start());
    }
    const drive = this.#drive;
    if (drive === undefined) throw new Error('a transcript starts with "> begin"');
    switch (verb) {
      case 'settle': {
        const [call = '', kind = '', ...what] = words;
        return this.#taken(() => drive.settle(call, outcomeOf(kind, what)));
      }
      case 'cancel':
        return this.#taken(() => drive.cancel(rest));
      case 'grant':
        return this.#taken(() => drive.grant(rest));
      case 'revoke': {
        const [lock = '', ...why] = words;
        return this.#taken(() => drive.revoke(lock, why.join(' ')));
      }
      case 'message':
        return this.#taken(() => drive.take({ type: 'message', content: JSON.parse(rest) as Json }));
      case 'edit':
        return this.#taken(() => drive.take({ type: 'edit', edit: JSON.parse(rest) as JsonObject }));
      case 'view':
        return [`  ${JSON.stringify(program.view?.(drive.definition, drive.state))}`];
      case 'migrate':
        return this.#migrated(drive);
      case 'wait':
        return this.#taken(() => drive.advance(Number.parseFloat(rest) * 1_000));
      default:
        throw new Error(`a transcript cannot say "${line}"`);
    }
  }

  #migrated(drive: Drive): readonly string[] {
    const next = this.#definition('next.yml');
    const migrated = program.migrate?.(drive.definition, next, drive.state);
    if (migrated?.ok !== true) return (migrated?.reasons ?? []).map((reason) => `  refused: ${reason}`);
    drive.definition = next;
    drive.state = migrated.state;
    return ['  migrated'];
  }

  #cover(drive: Drive): void {
    const { events, inputs, effects, narrations } = this.#coverage ?? NOTHING_COVERED;
    for (const { type } of drive.events) events.add(type);
    for (const { type } of drive.inputs) inputs.add(type);
    for (const { type } of drive.effects) effects.add(type);
    for (const event of drive.events) {
      for (const { kind } of program.narrate?.(drive.definition, drive.state, event) ?? []) narrations.add(kind);
    }
  }

  #taken(act: () => unknown): readonly string[] {
    const before = this.#drive;
    const events = before?.events.length ?? 0;
    const effects = before?.effects.length ?? 0;
    act();
    const drive = this.#drive;
    if (drive === undefined) return [];
    this.#cover(drive);
    const lines = [
      ...drive.events.slice(events).map(eventText),
      ...drive.effects.slice(effects).map((effect) => `-> ${effectText(effect)}`),
    ];
    const next = drive.nextDeadline;
    if (next !== undefined) lines.push(`(next deadline at ${(next - START) / 1_000}s)`);
    return lines.length === 0 ? ['  nothing'] : lines.map((text) => `  ${text}`);
  }
}

const NOTHING_COVERED: Coverage = { events: new Set(), inputs: new Set(), effects: new Set(), narrations: new Set() };

function beginning(text: string): Parameters<typeof beginOf>[0] {
  if (text === '') return {};
  const [type = '', ...json] = text.split(' ');
  const value = JSON.parse(json.join(' ')) as { readonly [name: string]: Json };
  if (type === 'vars') return { vars: value };
  if (type.startsWith('tau.')) return { event: { id: '1', source: 'tau', type, data: JSON.stringify(value) } };
  return type === 'inputs' ? { input: value } : { event: githubEvent(type, value) };
}

function eventText(event: WorkflowEvent): string {
  if (event.type === 'CancelRequested') return `${event.type} ${event.reason}`;
  if (!('job' in event) || event.job === undefined) {
    const { type, ...rest } = event;
    return withDetails(type, rest);
  }
  const { type, job, ...rest } = event;
  if (!('step' in rest) || rest.step === undefined) return withDetails(`${type} ${job}`, rest);
  const { step, ...details } = rest;
  return withDetails(`${type} ${job}.${step}`, details);
}

/** Instants as seconds from the start, errors as id and message: what a reader compares. */
function withDetails(head: string, details: { readonly [name: string]: unknown }): string {
  const shown = Object.entries(details).map(([name, value]) => {
    if (name === 'deadline' || name === 'stopBy') return `${name}=${(Number(value) - START) / 1_000}s`;
    if (name === 'error') return `error=${errorText(value as { id: string; message: string })}`;
    return `${name}=${typeof value === 'string' && !value.includes('\n') ? value : JSON.stringify(value)}`;
  });
  return [head, ...shown].join(' ');
}

function errorText({ id, message }: { readonly id: string; readonly message: string }): string {
  return `${id} "${message}"`;
}

function effectText(effect: ProgramEffect): string {
  switch (effect.type) {
    case 'call': {
      const { callId, capability, input, timeoutMs, retry, secrets, grants } = effect;
      const time = timeoutMs === undefined ? '' : ` within ${timeoutMs / 1_000}s`;
      const tries = retry === ACTION_RETRY ? '' : ` retry ${JSON.stringify(retry ?? 'never')}`;
      const hidden = secrets === undefined ? '' : ` secrets ${JSON.stringify(secrets)}`;
      const may = grants === undefined ? '' : ` grants ${JSON.stringify(grants)}`;
      return `call ${callId} ${capability} ${JSON.stringify(input)}${time}${tries}${hidden}${may}`;
    }
    case 'cancelCall':
      return `cancelCall ${effect.callId} "${effect.reason}"`;
    case 'finish': {
      const { outcome } = effect;
      if (outcome.kind === 'ok') return `finish ok ${JSON.stringify(outcome.output)}`;
      if (outcome.kind === 'cancelled') return `finish cancelled "${outcome.reason}"`;
      return outcome.kind === 'failed' ? `finish failed ${errorText(outcome.error)}` : `finish ${outcome.kind}`;
    }
    case 'acquire':
      return `acquire ${effect.lockId} ${effect.key} ${effect.waiting}${effect.preempt === true ? ' preempt' : ''}`;
    case 'release':
      return `release ${effect.lockId}`;
  }
}
