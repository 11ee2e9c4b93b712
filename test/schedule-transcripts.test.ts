import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ScheduleEvent } from '../src/schedule/event.js';
import { scheduleLanguage } from '../src/schedule/language.js';
import { type Coverage, replayProgram } from './support/program-transcript.js';

/** `UPDATE_TRANSCRIPTS=1` writes what comes of the inputs now; read the difference before you keep it. */
const UPDATE = process.env['UPDATE_TRANSCRIPTS'] === '1';
const FOLDER = join(import.meta.dirname, 'transcripts-schedule');
const NAMES = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));

const EVENTS: { readonly [Type in ScheduleEvent['type']]: true } = {
  Planned: true,
  Started: true,
  Buffered: true,
  Skipped: true,
  Missed: true,
  Ended: true,
  Withdrawn: true,
  Paused: true,
  Resumed: true,
  BackfillAsked: true,
  BackfillMoved: true,
  BackfillEnded: true,
  TriggerAsked: true,
  MessageRefused: true,
  Finished: true,
};
const INPUTS = ['begin', 'callSettled', 'cancel', 'deadline', 'edit', 'lockGranted', 'lockRevoked', 'message'];

describe('schedules answer as their transcripts say', () => {
  const coverage: Coverage = { inputs: new Set(), events: new Set(), effects: new Set() };

  test.each(NAMES)('%s', (name) => {
    const path = join(FOLDER, name);
    const text = readFileSync(path, 'utf8');
    const replayed = replayProgram(scheduleLanguage, text, coverage);
    if (UPDATE) writeFileSync(path, replayed);
    expect(replayed).toBe(UPDATE ? replayed : text);
  });

  test('and leave no input, event or effect out', () => {
    expect([...coverage.inputs].sort()).toEqual(INPUTS);
    expect([...coverage.events].sort()).toEqual(Object.keys(EVENTS).sort());
    expect([...coverage.effects].sort()).toEqual(['call', 'cancelCall', 'finish']);
  });
});
