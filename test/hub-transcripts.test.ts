import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hubLanguage } from '../src/hub/language.js';
import type { HubProgramEvent } from '../src/hub/program-state.js';
import { type Coverage, replayProgram } from './support/program-transcript.js';

/** `UPDATE_TRANSCRIPTS=1` writes what comes of the inputs now; read the difference before you keep it. */
const UPDATE = process.env['UPDATE_TRANSCRIPTS'] === '1';
const FOLDER = join(import.meta.dirname, 'transcripts-hub');
const NAMES = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'));

const EVENTS: { readonly [Type in HubProgramEvent['type']]: true } = {
  Joined: true,
  Left: true,
  Subscribed: true,
  Unsubscribed: true,
  Posted: true,
  Repeated: true,
  Forgotten: true,
  Refused: true,
  Placed: true,
  Blocked: true,
  Spread: true,
  Unblocked: true,
  Dropped: true,
  Delivered: true,
  HandedOut: true,
  Settled: true,
  Answered: true,
  Detached: true,
  Closed: true,
  DeliveryCalled: true,
  DeliveryCallEnded: true,
  ReplyCalled: true,
  ReplyCallEnded: true,
  MessageRefused: true,
  Ending: true,
  Finished: true,
};
const INPUTS = ['begin', 'callSettled', 'cancel', 'deadline', 'edit', 'lockGranted', 'lockRevoked', 'message'];

describe('hubs answer as their transcripts say', () => {
  const coverage: Coverage = { inputs: new Set(), events: new Set(), effects: new Set() };
  const ops = new Set<string>();

  test.each(NAMES)('%s', (name) => {
    const path = join(FOLDER, name);
    const text = readFileSync(path, 'utf8');
    for (const [, op = ''] of text.matchAll(/^> tell \{"op": "(\w+)"/gm)) if (op !== 'shout') ops.add(op);
    const replayed = replayProgram(hubLanguage, text, coverage);
    if (UPDATE) writeFileSync(path, replayed);
    expect(replayed).toBe(UPDATE ? replayed : text);
  });

  test('and leave no input, message, event or effect out', () => {
    expect([...coverage.inputs].sort()).toEqual(INPUTS);
    expect([...coverage.events].sort()).toEqual(Object.keys(EVENTS).sort());
    expect([...coverage.effects].sort()).toEqual(['call', 'cancelCall', 'finish']);
    expect([...ops].sort()).toEqual([
      ...[
        'answered',
        'bridge',
        'broadcast',
        'close',
        'forward',
        'forwarded',
        'join',
        'leave',
        'publish',
        'request',
        'send',
      ],
      ...['subscribe', 'unbridge', 'unsubscribe', 'withdraw'],
    ]);
  });
});
