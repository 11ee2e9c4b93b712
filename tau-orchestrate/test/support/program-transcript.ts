import type { Json, ProgramEffect, ProgramInput, ProgramLanguage } from 'tau-core';
import { ProgramDrive } from './program-drive.js';
import { outcomeOf } from './transcript-outcome.js';

/*
 * A transcript of a program whose definitions are JSON:
 *
 *   # comments, anywhere
 *   definition          the JSON that follows, indented by two spaces
 *   at <RFC 3339>       when the run begins
 *   > <input>           an input, and under it what came of it, indented: events, then effects after "->"
 *
 * Inputs:  > begin | > tell <json> | > cancel <reason> | > wait <n>s | > until <RFC 3339> | > away <n>s | > view
 *          > settle <call> [ok [<json>]] | failed <error name> <message> | unknown <error name> <message> | cancelled <reason>
 *                          | asks <question>
 *          > odd <program input as JSON>
 */

/** What a transcript touched, for tests of coverage. */
export interface Coverage {
  readonly inputs: Set<string>;
  readonly events: Set<string>;
  readonly effects: Set<string>;
}

/** The transcript with what comes of its inputs now. */
export function replayProgram<Definition, State, Event extends { readonly type: string }>(
  language: ProgramLanguage<Definition, State, Event>,
  text: string,
  coverage: Coverage,
): string {
  const lines = text.split('\n');
  const first = lines.findIndex((line) => line.startsWith('> '));
  const head = lines.slice(0, first);
  const start = head.find((line) => line.startsWith('at '))?.slice(3) ?? '2026-03-02T08:00:00Z';
  const source = head.slice(head.indexOf('definition') + 1).filter((line) => line.startsWith('  '));
  const drive = new ProgramDrive(language, source.map((line) => line.slice(2)).join('\n'), Date.parse(start));
  const output = [...head];
  for (const line of lines.slice(first)) {
    if (line.startsWith('#') || line === '') output.push(line);
    else if (line.startsWith('> ')) output.push(line, ...taken(drive, line.slice(2)).map((one) => `  ${one}`));
  }
  for (const input of drive.inputs) coverage.inputs.add(input);
  for (const { type } of drive.events) coverage.events.add(type);
  for (const { type } of drive.effects) coverage.effects.add(type);
  return output.join('\n');
}

function taken<Definition, State, Event extends { readonly type: string }>(
  drive: ProgramDrive<Definition, State, Event>,
  line: string,
): readonly string[] {
  if (line === 'view') return JSON.stringify(drive.view(), null, 2).split('\n');
  const events = drive.events.length;
  const effects = drive.effects.length;
  act(drive, line);
  const shown = [
    ...drive.events.slice(events).map(eventText),
    ...drive.effects.slice(effects).map((effect) => `-> ${effectText(effect)}`),
  ];
  const next = drive.nextDeadline;
  if (next !== undefined) shown.push(`(next deadline ${instantShown(next)})`);
  return shown.length === 0 ? ['nothing'] : shown;
}

function act<Definition, State, Event>(drive: ProgramDrive<Definition, State, Event>, line: string): unknown {
  const [verb = '', ...words] = line.split(' ');
  const rest = words.join(' ');
  switch (verb) {
    case 'begin':
      return drive.begin();
    case 'tell':
      return drive.tell(JSON.parse(rest) as Json);
    case 'cancel':
      return drive.take({ type: 'cancel', reason: rest });
    case 'wait':
      return drive.advance(Number.parseFloat(rest) * 1_000);
    case 'until':
      return drive.advanceTo(Date.parse(rest));
    case 'away':
      return drive.away(Number.parseFloat(rest) * 1_000);
    case 'settle': {
      const [call = '', kind = 'ok', ...what] = words;
      return drive.settle(call, outcomeOf(kind, what, null));
    }
    case 'odd':
      return drive.take(JSON.parse(rest) as ProgramInput);
    default:
      throw new Error(`a transcript cannot say "${line}"`);
  }
}

/** Instants are shown as such, errors as id and message: what a reader compares. */
function shown(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) => {
    if (typeof member === 'number' && member > 1e12) return instantShown(member);
    if (typeof member === 'object' && member !== null && 'id' in member && 'code' in member && 'message' in member) {
      return `${String(member.id)} ${String(member.message)}`;
    }
    return member;
  });
}

function instantShown(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z');
}

function eventText({ type, ...rest }: { readonly type: string }): string {
  return Object.keys(rest).length === 0 ? type : `${type} ${shown(rest)}`;
}

function effectText(effect: ProgramEffect): string {
  switch (effect.type) {
    case 'call': {
      const { type: _, callId, capability, input, ...rest } = effect;
      const more = Object.keys(rest).length === 0 ? '' : ` ${shown(rest)}`;
      return `call ${callId} ${capability} ${shown(input)}${more}`;
    }
    case 'cancelCall':
      return `cancelCall ${effect.callId} "${effect.reason}"`;
    case 'finish':
      return `finish ${shown(effect.outcome)}`;
    default:
      return shown(effect);
  }
}
