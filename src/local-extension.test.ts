import { type JsonObject, tauError } from 'tau-core';
import type { Extension } from 'tau-core/extension';
import { lineReport } from 'tau-core/node';
import { MemoryJournal, VirtualClock } from 'tau-core/testing';
import { describe, expect, test } from 'vitest';
import { workContext } from '../test/work-context.js';
import { localExtension } from './local-extension.js';

const clock = new VirtualClock();
const journal = new MemoryJournal();

function extension(lines: string[] = []): Extension {
  return localExtension({ journal, clock, report: lineReport({ write: (text) => lines.push(text) }, true) });
}

/** Calls an action, as the extension SDK does. */
async function call(
  name: string,
  input: JsonObject,
  options: Parameters<typeof workContext>[0] & { lines?: string[] } = {},
) {
  const { lines, ...context } = options;
  const capability = extension(lines).find(`action:local/${name}@v1`);
  if (capability === undefined) throw new Error(`there is no action ${name}`);
  return capability.invoke(input, workContext(context));
}

test('offers its journal and its actions, each with a description', () => {
  const { name, version, capabilities, journal: offered } = extension();
  expect({ name, journal: offered }).toEqual({ name: 'tau-ext-local', journal });
  expect(version).toMatch(/^\d+\.\d+\.\d+/);
  expect(capabilities.map(({ kind, name: of }) => `${kind}:${of}`)).toEqual([
    'action:local/echo@v1',
    'action:local/log@v1',
    'action:local/wait@v1',
  ]);
  for (const { description } of capabilities) expect(description).not.toBe('');
});

test('runs scripts only where it was told a folder', () => {
  const tools = ['tool:shell@v1', 'tool:hash-files@v1'] as const;
  for (const tool of tools) expect(extension().find(tool)).toBeUndefined();
  const allowed = localExtension({ journal, clock, shellWorkspace: '/srv/work' });
  for (const tool of tools) expect(allowed.find(tool)?.description).toContain('/srv/work');
});

test('local/echo@v1 gives back what it was given', async () => {
  const input = { a: [1, { b: null }], text: '' };
  expect(await call('echo', input)).toEqual(input);
});

describe('local/log@v1', () => {
  test('writes a line, with where it came from', async () => {
    const lines: string[] = [];
    expect(await call('log', { message: 'hello\nworld' }, { lines, runId: 'r7', sessionId: 's' })).toEqual({});
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { event: 'log', message: 'hello\nworld', run: 'r7', session: 's' },
    ]);
  });

  test.each([{}, { message: 7 }, { message: 'x'.repeat(10_001) }])('refuses %j', async (input) => {
    await expect(call('log', input)).rejects.toMatchObject({ data: { id: 'TAU-3004' } });
  });
});

describe('local/wait@v1', () => {
  test('ends when its time has passed, not before', async () => {
    let ended: unknown;
    const waiting = call('wait', { ms: 250 }).then((output) => {
      ended = output;
    });
    clock.advance(249);
    await Promise.resolve();
    expect(ended).toBeUndefined();
    clock.advance(1);
    await waiting;
    expect(ended).toEqual({ waitedMs: 250 });
  });

  test('takes a number as text, as expressions give it', async () => {
    const waiting = call('wait', { ms: '5' });
    clock.advance(5);
    expect(await waiting).toEqual({ waitedMs: 5 });
  });

  test('ends at once when it is cancelled, and leaves no timer', async () => {
    const cancel = new AbortController();
    const reason = tauError('RUN_CANCELLED', 'enough');
    const waiting = call('wait', { ms: 1_000 }, { signal: cancel.signal });
    cancel.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(call('wait', { ms: 1_000 }, { signal: cancel.signal })).rejects.toBe(reason);
    expect(clock.pending).toBe(0);
  });

  test.each([{ ms: -1 }, { ms: 'soon' }, { ms: 3_600_001 }, {}])('refuses %j', async (input) => {
    await expect(call('wait', input)).rejects.toMatchObject({ data: { id: 'TAU-3004' } });
  });
});
