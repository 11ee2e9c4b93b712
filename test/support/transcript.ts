import { type ErrorName, errorData, type Json, type Outcome, type ProgramEffect } from 'tau-core';
import { ACTION_RETRY, type WorkflowEvent } from 'tau-orchestrate';
import { beginOf, Drive, githubEvent, START } from './drive.js';

/*
 * A transcript is a text that is read from top to bottom:
 *
 *   # comments, anywhere
 *   workflow            the YAML that follows, indented by two spaces
 *   > <input>           an input, and under it what came of it, indented: events, then effects after "->"
 *
 * Inputs:  > begin [<event type> <payload>] | > begin inputs <json>
 *          > settle <call> ok [<json>] | failed <error name> <message> | unknown <error name> <message>
 *                          | cancelled <reason> | asks <question>
 *          > cancel <reason> | > wait <seconds>s
 */

/** The transcript with what comes of its inputs now. */
export function replayTranscript(text: string): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.startsWith('> '));
  const head = lines.slice(0, first);
  const workflow = head.slice(head.indexOf('workflow') + 1).filter((line) => !line.startsWith('#'));
  const session = new Session(workflow.map((line) => line.slice(2)).join('\n'));
  const output = [...head];
  for (const line of lines.slice(first)) {
    if (line.startsWith('#') || line === '') output.push(line);
    else if (line.startsWith('> ')) output.push(line, ...session.input(line.slice(2)));
  }
  return output.join('\n');
}

class Session {
  readonly #source: string;
  #drive: Drive | undefined;

  constructor(source: string) {
    this.#source = source;
  }

  input(line: string): readonly string[] {
    const [verb = '', ...words] = line.split(' ');
    const rest = words.join(' ');
    if (verb === 'begin') {
      this.#drive = new Drive(this.#source, beginOf(beginning(rest)));
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
      case 'wait':
        return this.#taken(() => drive.advance(Number.parseFloat(rest) * 1_000));
      default:
        throw new Error(`a transcript cannot say "${line}"`);
    }
  }

  #taken(act: () => unknown): readonly string[] {
    const before = this.#drive;
    const events = before?.events.length ?? 0;
    const effects = before?.effects.length ?? 0;
    act();
    const drive = this.#drive;
    if (drive === undefined) return [];
    const lines = [
      ...drive.events.slice(events).map(eventText),
      ...drive.effects.slice(effects).map((effect) => `-> ${effectText(effect)}`),
    ];
    const next = drive.nextDeadline;
    if (next !== undefined) lines.push(`(next deadline at ${(next - START) / 1_000}s)`);
    return lines.length === 0 ? ['  nothing'] : lines.map((text) => `  ${text}`);
  }
}

function beginning(text: string): Parameters<typeof beginOf>[0] {
  if (text === '') return {};
  const [type = '', ...json] = text.split(' ');
  const value = JSON.parse(json.join(' ')) as { readonly [name: string]: Json };
  return type === 'inputs' ? { input: value } : { event: githubEvent(type, value) };
}

function outcomeOf(kind: string, words: readonly string[]): Outcome {
  const [first = '', ...rest] = words;
  switch (kind) {
    case 'ok':
      return { kind, output: words.length === 0 ? {} : (JSON.parse(words.join(' ')) as Json) };
    case 'failed':
    case 'unknown':
      return { kind, error: errorData(first as ErrorName, rest.join(' ')) };
    case 'cancelled':
      return { kind, reason: words.join(' ') };
    case 'asks':
      return { kind: 'inputRequired', question: words.join(' ') };
    default:
      throw new Error(`a call cannot settle as "${kind}"`);
  }
}

function eventText(event: WorkflowEvent): string {
  if (event.type === 'CancelRequested') return `${event.type} ${event.reason}`;
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
    return `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
  });
  return [head, ...shown].join(' ');
}

function errorText({ id, message }: { readonly id: string; readonly message: string }): string {
  return `${id} "${message}"`;
}

function effectText(effect: ProgramEffect): string {
  switch (effect.type) {
    case 'call': {
      const { callId, capability, input, timeoutMs, retry } = effect;
      const time = timeoutMs === undefined ? '' : ` within ${timeoutMs / 1_000}s`;
      const tries = retry === ACTION_RETRY ? '' : ` retry ${JSON.stringify(retry)}`;
      return `call ${callId} ${capability} ${JSON.stringify(input)}${time}${tries}`;
    }
    case 'cancelCall':
      return `cancelCall ${effect.callId} "${effect.reason}"`;
    case 'finish': {
      const { outcome } = effect;
      if (outcome.kind === 'ok') return `finish ok ${JSON.stringify(outcome.output)}`;
      if (outcome.kind === 'cancelled') return `finish cancelled "${outcome.reason}"`;
      return outcome.kind === 'failed' ? `finish failed ${errorText(outcome.error)}` : `finish ${outcome.kind}`;
    }
  }
}
