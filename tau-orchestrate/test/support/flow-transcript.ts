import { isJsonObject, type Json, type ProgramEffect, type ProgramInput } from 'tau-core';
import type { FlowDefinition } from '../../src/flow/definition.js';
import type { FlowEvent } from '../../src/flow/event.js';
import { FLOW_START, FlowDrive } from './flow-drive.js';
import { outcomeOf } from './transcript-outcome.js';

/*
 * A transcript is a text that is read from top to bottom:
 *
 *   # comments, anywhere
 *   flow                the definition that follows, as JSON, indented by two spaces; or its root alone
 *   > <input>           an input, and under it what came of it, indented: events, then effects after "->"
 *
 * Inputs:  > begin [<input as json>]
 *          > settle <call> ok [<json>] | failed <error name> <message> | unknown <error name> <message>
 *                          | cancelled <reason> | asks <question>
 *          > granted <lock> | > revoked <lock> <reason> | > edit <json> | > message <json>
 *          > cancel <reason> | > wait <seconds>s | > view
 */

/** What the inputs of a transcript did, for tests that count what was exercised. */
export interface FlowCoverage {
  readonly inputs: Set<string>;
  readonly events: Set<string>;
  readonly effects: Set<string>;
  /** `<node kind> <ok | failed | cancelled | timed out>`. */
  readonly ends: Set<string>;
}

/** The transcript with what comes of its inputs now. */
export function replayFlow(text: string, coverage: FlowCoverage): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.startsWith('> '));
  const head = lines.slice(0, first);
  const source = head.slice(head.indexOf('flow') + 1).filter((line) => !line.startsWith('#'));
  const session = new Session(definitionOf(source.join('\n')), coverage);
  const output = [...head];
  for (const line of lines.slice(first)) {
    if (line.startsWith('#') || line === '') output.push(line);
    else if (line.startsWith('> ')) output.push(line, ...session.input(line.slice(2)).map((one) => `  ${one}`));
  }
  return output.join('\n');
}

function definitionOf(source: string): FlowDefinition {
  const value = JSON.parse(source) as Json;
  if (isJsonObject(value) && value['format'] === 1) return value as unknown as FlowDefinition;
  return { format: 1, name: 'test', root: value as unknown as FlowDefinition['root'] };
}

class Session {
  readonly #definition: FlowDefinition;
  readonly #coverage: FlowCoverage;
  #drive: FlowDrive | undefined;

  constructor(definition: FlowDefinition, coverage: FlowCoverage) {
    this.#definition = definition;
    this.#coverage = coverage;
  }

  input(line: string): readonly string[] {
    const [verb = '', ...words] = line.split(' ');
    const rest = words.join(' ');
    if (verb === 'begin' && this.#drive === undefined) {
      this.#drive = new FlowDrive(this.#definition, rest === '' ? {} : (JSON.parse(rest) as { [name: string]: Json }));
    }
    const drive = this.#drive;
    if (drive === undefined) throw new Error('a transcript starts with "> begin"');
    if (verb === 'view') return JSON.stringify(drive.view(), shownMember, 2).split('\n');
    const events = drive.events.length;
    const effects = drive.effects.length;
    this.#act(drive, verb, words);
    return this.#taken(drive, drive.events.slice(events), drive.effects.slice(effects));
  }

  #act(drive: FlowDrive, verb: string, words: readonly string[]): void {
    const rest = words.join(' ');
    const [first = '', kind = '', ...what] = words;
    const inputs: { readonly [verb: string]: readonly [ProgramInput['type'], () => unknown] } = {
      begin: ['begin', () => drive.begin()],
      settle: ['callSettled', () => drive.settle(first, outcomeOf(kind, what))],
      granted: ['lockGranted', () => drive.grant(first)],
      revoked: ['lockRevoked', () => drive.revoke(first, words.slice(1).join(' '))],
      edit: ['edit', () => drive.edit(JSON.parse(rest) as { [name: string]: Json })],
      message: ['message', () => drive.take({ type: 'message', content: JSON.parse(rest) as Json })],
      cancel: ['cancel', () => drive.cancel(rest)],
      wait: ['deadline', () => drive.advance(Number.parseFloat(rest) * 1_000)],
    };
    const [type, act] = inputs[verb] ?? [];
    if (type === undefined || act === undefined) throw new Error(`a transcript cannot say "${verb}"`);
    this.#coverage.inputs.add(type);
    act();
  }

  #taken(drive: FlowDrive, events: readonly FlowEvent[], effects: readonly ProgramEffect[]): readonly string[] {
    for (const event of events) {
      this.#coverage.events.add(event.type);
      const end = endOf(this.#definition, event);
      if (end !== undefined) this.#coverage.ends.add(end);
    }
    for (const { type } of effects) this.#coverage.effects.add(type);
    const lines = [...events.map(eventText), ...effects.map((effect) => `-> ${effectText(effect)}`)];
    const next = drive.nextDeadline;
    if (next !== undefined) lines.push(`(next deadline at ${(next - FLOW_START) / 1_000}s)`);
    return lines.length === 0 ? ['nothing'] : lines;
  }
}

/** How a node of which kind has ended. */
function endOf(definition: FlowDefinition, event: FlowEvent): string | undefined {
  if (event.type !== 'NodeEnded' && event.type !== 'NodeFailed' && event.type !== 'NodeCancelled') return undefined;
  const kind = kindAt(definition.root, event.at);
  if (event.type === 'NodeEnded') return `${kind} ok`;
  if (event.type === 'NodeCancelled') return `${kind} cancelled`;
  return event.error?.id === 'TAU-3002' ? `${kind} timed out` : `${kind} failed`;
}

/** The kind of the node at a path of the machine. */
function kindAt(root: FlowDefinition['root'], at: string): string {
  let node = root;
  for (const [segment] of at.matchAll(/[\w$-]+(?:\[\d+\](?=@))?(?:@\d+)?|\[\d+\]|#\d+/g)) {
    const name = segment.replace(/[[@].*$/, '');
    const next = childOf(node, name);
    if (next === undefined) throw new Error(`nothing is at "${at}"`);
    node = next;
  }
  return node.kind;
}

function childOf(node: FlowDefinition['root'], name: string): FlowDefinition['root'] | undefined {
  switch (node.kind) {
    case 'graph':
      return node.nodes[name];
    case 'map':
    case 'loop':
      return node.node;
    case 'route':
      return name === '$otherwise' ? node.otherwise : node.choose.find((one) => one.name === name)?.node;
    case 'saga': {
      const step = node.steps.find((one) => one.name === name.replace(/\$undo$/, ''));
      return name.endsWith('$undo') ? step?.undo : step?.node;
    }
    case 'chain':
    case 'parallel':
    case 'race':
      return node.nodes.find((one) => one.name === name)?.node;
    default:
      return undefined;
  }
}

/** Instants as seconds from the start, errors as id and message: what a reader compares. */
function shownMember(_name: string, member: unknown): unknown {
  if (typeof member === 'number' && member >= FLOW_START) return `${(member - FLOW_START) / 1_000}s`;
  if (typeof member !== 'object' || member === null || !('code' in member) || !('message' in member)) return member;
  const { id, message, details } = member as { id?: unknown; message: unknown; details?: object };
  const { at: _, ...more } = (details ?? {}) as { [name: string]: unknown };
  return `${String(id)} ${String(message)}${Object.keys(more).length === 0 ? '' : ` ${JSON.stringify(more)}`}`;
}

function shown(value: unknown): string {
  return JSON.stringify(value, shownMember);
}

function eventText({ type, ...rest }: FlowEvent): string {
  if (!('at' in rest)) return `${type}${Object.keys(rest).length === 0 ? '' : ` ${shown(rest)}`}`;
  const { at, ...more } = rest;
  const head = `${type} ${at === '' ? '(root)' : at}`;
  return Object.keys(more).length === 0 ? head : `${head} ${shown(more)}`;
}

function effectText(effect: ProgramEffect): string {
  switch (effect.type) {
    case 'call': {
      const { type: _, callId, capability, input, ...rest } = effect;
      return `call ${callId} ${capability} ${shown(input)}${Object.keys(rest).length === 0 ? '' : ` ${shown(rest)}`}`;
    }
    case 'cancelCall':
      return `cancelCall ${effect.callId} "${effect.reason}"`;
    case 'acquire': {
      const { type: _, lockId, ...rest } = effect;
      return `acquire ${lockId} ${shown(rest)}`;
    }
    case 'release':
      return `release ${effect.lockId}`;
    case 'finish': {
      const { outcome } = effect;
      if (outcome.kind === 'ok') return `finish ok ${shown(outcome.output)}`;
      if (outcome.kind === 'cancelled') return `finish cancelled "${outcome.reason}"`;
      return outcome.kind === 'failed' ? `finish failed ${shown(outcome.error)}` : `finish ${outcome.kind}`;
    }
  }
}
