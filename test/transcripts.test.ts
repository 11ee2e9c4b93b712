import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Narration, ProgramEffect, ProgramInput } from 'tau-core';
import type { WorkflowEvent } from 'tau-orchestrate';
import { describe, expect, test } from 'vitest';
import { type Coverage, replayTranscript } from './support/transcript.js';

/** `UPDATE_TRANSCRIPTS=1` writes what comes of the inputs now; read the difference before you keep it. */
const UPDATE = process.env.UPDATE_TRANSCRIPTS === '1';
const FOLDER = join(import.meta.dirname, 'transcripts');

/** The compiler asks for a new type here; the test below then for a transcript that shows it. */
const EVENTS: { readonly [Type in WorkflowEvent['type']]: true } = {
  RunNamed: true,
  RunRefused: true,
  WorkflowQueued: true,
  WorkflowAdmitted: true,
  CancelRequested: true,
  JobQueued: true,
  JobExpanded: true,
  WorkflowCalled: true,
  JobStarted: true,
  JobSkipped: true,
  JobStopRequested: true,
  JobCompleted: true,
  StepStarted: true,
  ActionStarted: true,
  HashAsked: true,
  HashTaken: true,
  StepSkipped: true,
  StepCompleted: true,
};

const INPUTS: { readonly [Type in ProgramInput['type']]: true } = {
  begin: true,
  callSettled: true,
  deadline: true,
  message: true,
  lockGranted: true,
  lockRevoked: true,
  edit: true,
  cancel: true,
};

const EFFECTS: { readonly [Type in ProgramEffect['type']]: true } = {
  call: true,
  cancelCall: true,
  acquire: true,
  release: true,
  finish: true,
};

/** What workflows have no use for is not told of them. */
const NARRATIONS: { readonly [Kind in Exclude<Narration['kind'], 'asked' | 'committed'>]: true } = {
  started: true,
  completed: true,
  failed: true,
  skipped: true,
  cancelled: true,
};

describe('the workflow machine answers as its transcripts say', () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));

  test('there are transcripts', () => {
    expect(names.length).toBeGreaterThan(40);
  });

  test.each(names)('%s', (name) => {
    const path = join(FOLDER, name);
    const text = readFileSync(path, 'utf8');
    const replayed = replayTranscript(text);
    if (UPDATE) writeFileSync(path, replayed);
    expect(replayed).toBe(UPDATE ? replayed : text);
  });

  test('and they leave no type of event, input, effect or narration out', () => {
    const coverage: Coverage = { events: new Set(), inputs: new Set(), effects: new Set(), narrations: new Set() };
    for (const name of names) replayTranscript(readFileSync(join(FOLDER, name), 'utf8'), coverage);
    expect([...coverage.events].sort()).toEqual(Object.keys(EVENTS).sort());
    expect([...coverage.inputs].sort()).toEqual(Object.keys(INPUTS).sort());
    expect([...coverage.effects].sort()).toEqual(Object.keys(EFFECTS).sort());
    expect([...coverage.narrations].sort()).toEqual(Object.keys(NARRATIONS).sort());
  });
});
