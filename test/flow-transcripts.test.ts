import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ProgramEffect, ProgramInput } from 'tau-core';
import { afterAll, describe, expect, test } from 'vitest';
import type { FlowDefinition, FlowNode } from '../src/flow/definition.js';
import type { FlowEvent } from '../src/flow/event.js';
import { validateFlow } from '../src/flow/validate.js';
import { type FlowCoverage, replayFlow } from './support/flow-transcript.js';

/** `UPDATE_TRANSCRIPTS=1` writes what comes of the inputs now; read the difference before you keep it. */
const UPDATE = process.env.UPDATE_TRANSCRIPTS === '1';
const FOLDER = join(import.meta.dirname, 'transcripts-flow');

/** All of each; the compiler sees to it that a new one is in here. */
const INPUTS: { readonly [type in ProgramInput['type']]: true } = {
  begin: true,
  callSettled: true,
  deadline: true,
  message: true,
  lockGranted: true,
  lockRevoked: true,
  edit: true,
  cancel: true,
};

const EVENTS: { readonly [type in FlowEvent['type']]: true } = {
  NodeStarted: true,
  GraphStarted: true,
  Stepped: true,
  ItemsListed: true,
  WaitStarted: true,
  Asked: true,
  Answered: true,
  LockClaimed: true,
  LockGranted: true,
  NodeEnded: true,
  NodeFailed: true,
  NodeCancelled: true,
  NodeStopping: true,
  UndoStarted: true,
  CancelRequested: true,
  StateEdited: true,
  EditRefused: true,
  MessageKept: true,
  MessageTaken: true,
  MessageRefused: true,
  TimersChecked: true,
};

const EFFECTS: { readonly [type in ProgramEffect['type']]: true } = {
  call: true,
  cancelCall: true,
  acquire: true,
  release: true,
  finish: true,
};

const KINDS: { readonly [kind in FlowNode['kind']]: true } = {
  task: true,
  ask: true,
  pass: true,
  wait: true,
  receive: true,
  graph: true,
  chain: true,
  parallel: true,
  map: true,
  race: true,
  loop: true,
  route: true,
  saga: true,
};

describe('the flow machine answers as its transcripts say', () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));
  const coverage: FlowCoverage = { inputs: new Set(), events: new Set(), effects: new Set(), ends: new Set() };

  test.each(names)('%s', (name) => {
    const path = join(FOLDER, name);
    const text = readFileSync(path, 'utf8');
    const replayed = replayFlow(text, coverage);
    if (UPDATE) writeFileSync(path, replayed);
    expect(replayed).toBe(UPDATE ? replayed : text);
  });

  test('no transcript shows a flow that is refused, but where it says so', () => {
    for (const name of names) {
      const text = readFileSync(join(FOLDER, name), 'utf8');
      if (text.startsWith('# Refused')) continue;
      const head = text.slice(text.indexOf('\nflow\n') + 6, text.indexOf('\n> '));
      const value = JSON.parse(head.replace(/^#.*$/gm, '')) as FlowDefinition | FlowNode;
      const definition: FlowDefinition = 'format' in value ? value : { format: 1, name: 'test', root: value };
      expect(validateFlow(definition).map(({ place, message }) => `${name}: ${place}: ${message}`)).toEqual([]);
    }
  });

  // Transcripts run in order, before this: what one of them did is in `coverage`.
  afterAll(() => {
    expect([...coverage.inputs].sort()).toEqual(Object.keys(INPUTS).sort());
    expect([...coverage.events].sort()).toEqual(Object.keys(EVENTS).sort());
    expect([...coverage.effects].sort()).toEqual(Object.keys(EFFECTS).sort());
    const ways = ['ok', 'failed', 'cancelled', 'timed out'];
    const rows = Object.keys(KINDS).flatMap((kind) => ways.map((way) => `${kind} ${way}`));
    expect([...coverage.ends].sort()).toEqual(rows.sort());
  });
});
