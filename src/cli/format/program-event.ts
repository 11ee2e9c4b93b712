import type { Json, JsonObject } from 'tau-core';
import type { Colours } from './colours.js';
import { hubLines } from './hub-event.js';
import { listAt, objectAt, objectsAt, textAt } from './json-access.js';
import { errorText } from './outcome.js';
import { cut } from './table.js';
import { dateAndTime, timeOfDay } from './time.js';

const DETAIL_CHARS_MAX = 160;

/** What a decision did besides, which needs no second line. */
export interface AroundEvent {
  /** The call whose end was told; empty otherwise. */
  readonly settledCall: string;
  /** Calls that begin. */
  readonly calls: readonly string[];
}

/**
 * An event of a program as lines for people: of the programs that are known in their words, of others by type. What the calls
 * of the same decision have told already is left out.
 */
export function programEventLines(event: JsonObject, around: AroundEvent, colours: Colours): string[] {
  return (
    workflowLines(event, around, colours) ??
    flowLines(event, around, colours) ??
    scheduleLines(event, colours) ??
    hubLines(event, colours) ?? [otherLine(event, colours)]
  );
}

function workflowLines(event: JsonObject, { settledCall }: AroundEvent, colours: Colours): string[] | undefined {
  const { bold, dim, red } = colours;
  const job = textAt(event, 'job');
  const step = `${job}.${textAt(event, 'step')}`;
  const error = errorOf(event, colours);
  switch (textAt(event, 'type')) {
    case 'RunNamed':
      return [`it is called ${bold(textAt(event, 'name'))}`];
    case 'RunRefused':
      return [`${red('✗')} it cannot begin${error}`];
    case 'WorkflowQueued':
    case 'JobQueued':
      return [`${job === '' ? 'it' : `job ${job}`} waits for group ${textAt(event, 'group')}`];
    case 'JobExpanded':
      return [`${bold(`job ${job}`)} is a matrix of ${objectsAt(event, 'combinations').length}`];
    case 'WorkflowCalled':
      return [`${bold(`job ${job}`)} calls ${textAt(event, 'uses')}`];
    case 'JobStarted':
      return [`${bold(`job ${job}`)} started`];
    case 'JobCompleted':
      return [`${bold(`job ${job}`)} ended: ${textAt(event, 'result')}${error}`];
    case 'JobSkipped':
      return [dim(`job ${job} skipped`)];
    case 'StepSkipped':
      return [dim(`  ${step} skipped`)];
    case 'StepCompleted':
      return error === '' || step === settledCall ? [] : [`  ${red('✗')} ${step}${error}`];
    case 'JobStopRequested':
      return [`job ${job} is told to stop${error}`];
    case 'WorkflowAdmitted':
    case 'StepStarted':
    case 'ActionStarted':
    case 'HashAsked':
    case 'HashTaken':
    case 'CancelRequested':
      return [];
    default:
      return undefined;
  }
}

function flowLines(event: JsonObject, around: AroundEvent, colours: Colours): string[] | undefined {
  const { dim, green, red, yellow } = colours;
  const at = textAt(event, 'at');
  const place = at === '' ? 'the flow' : at;
  switch (textAt(event, 'type')) {
    case 'NodeStarted':
    case 'GraphStarted':
      return at === '' || around.calls.some((callId) => ownerOf(callId) === at) ? [] : [dim(`  ${at} started`)];
    case 'Stepped':
      return steppedLines(event, at, colours);
    case 'ItemsListed':
      return [dim(`  ${place} goes over ${listAt(event, 'items').length} items`)];
    case 'WaitStarted':
      return [dim(`  ${place} waits until ${timeOfDay(Number(event['until']))}`)];
    case 'NodeEnded':
      return at === '' || ownerOf(around.settledCall) === at ? [] : [`  ${green('✓')} ${at}`];
    case 'NodeFailed':
      return at === '' || around.settledCall === at ? [] : [`  ${red('✗')} ${at}${errorOf(event, colours)}`];
    case 'NodeCancelled':
      return at === '' ? [] : [yellow(`  ■ ${at} cancelled`)];
    case 'NodeStopping':
      return [dim(`  ${place} is told to stop`)];
    case 'UndoStarted':
      return [yellow(`  ↺ ${place} undoes what it did`)];
    case 'StateEdited':
      return [yellow(`${place} was edited: ${editText(event)}`)];
    case 'EditRefused':
      return [red(`the edit was refused: ${textAt(event, 'reason')}`)];
    case 'MessageKept':
      return [dim('  it is kept: no node waits for it yet')];
    case 'MessageTaken':
      return [dim('  a message that was kept is taken')];
    case 'Asked':
    case 'Answered':
    case 'LockGranted':
    case 'TimersChecked':
      return [];
    default:
      return undefined;
  }
}

function steppedLines(event: JsonObject, at: string, { dim }: Colours): string[] {
  const due = listAt(event, 'due').map(dueText);
  if (due.length === 0) return [];
  return [dim(`  ${at === '' ? '' : `${at}: `}next ${due.join(', ')}`)];
}

function dueText(due: Json): string {
  if (typeof due === 'string') return due;
  const entry = objectAt({ due }, 'due');
  const items = listAt(entry, 'items').length;
  return `${textAt(entry, 'node')}${items === 0 ? '' : ` × ${items}`}`;
}

function editText(event: JsonObject): string {
  const keys = Object.keys(objectAt(event, 'values'));
  const goto = listAt(event, 'goto').map(String);
  const parts = [keys.length > 0 ? `values ${keys.join(', ')}` : '', goto.length > 0 ? `next ${goto.join(', ')}` : ''];
  return parts.filter((part) => part !== '').join('; ') || 'nothing';
}

function scheduleLines(event: JsonObject, { dim, red, yellow }: Colours): string[] | undefined {
  switch (textAt(event, 'type')) {
    case 'Planned': {
      const { kind, due } = objectAt(event, 'next');
      return [dim(kind === 'at' ? `  next ${dateAndTime(Number(due))}` : '  nothing next')];
    }
    case 'Paused':
      return [yellow(`it is paused: ${textAt(event, 'reason')}`)];
    case 'Resumed':
      return ['it is resumed'];
    case 'MessageRefused':
      return [`${red('✗')} it does not take that${errorOf(event, { red })}`];
    case 'Started':
      return [];
    default:
      return undefined;
  }
}

function otherLine(event: JsonObject, { dim }: Colours): string {
  return `${textAt(event, 'type')} ${dim(cut(JSON.stringify(event), DETAIL_CHARS_MAX))}`;
}

/** An event in a few words: its type and its place. */
export function programEventWords(event: JsonObject): string {
  const step = textAt(event, 'step');
  const job = textAt(event, 'job');
  const place =
    textAt(event, 'at') || (step === '' ? job : `${job}.${step}`) || textAt(objectAt(event, 'start'), 'callId');
  const due = listAt(event, 'due').map(dueText).join(', ');
  return [textAt(event, 'type'), place, due === '' ? '' : `→ ${due}`].filter((part) => part !== '').join(' ');
}

/** The place of a flow whose call this is: ids of questions and locks have more behind a colon. */
function ownerOf(callId: string): string {
  return callId.replace(/:.*$/, '');
}

function errorOf(event: JsonObject, { red }: Pick<Colours, 'red'>): string {
  return event['error'] === undefined ? '' : `  ${red(errorText(objectAt(event, 'error')))}`;
}
