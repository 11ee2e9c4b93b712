import type { JsonObject, ProgramLanguage } from 'tau-core';
import { jsonContent } from 'tau-core/client';
import { expect, it } from 'vitest';
import { hosted } from '../src/machines/region/programs.js';
import { KernelWorld } from './shell-world.js';

interface Text {
  readonly text: string;
  readonly uses?: readonly string[];
}

/** Ends at once with its own text, its parts' texts, its input and the session's vars; it fails when a part is missing. */
const textLanguage: ProgramLanguage<Text & { readonly parts?: JsonObject }, JsonObject, JsonObject> = {
  program: {
    kind: 'text',
    initial: (definition, begin) => ({
      text: definition.text,
      parts: definition.parts ?? null,
      input: begin.input,
      ...(begin.vars && { vars: begin.vars }),
    }),
    decide: (_definition, state) => ({
      events: [],
      effects: [{ type: 'finish', outcome: { kind: 'ok', output: state } }],
    }),
    evolve: (_definition, state) => state,
    nextDeadline: () => undefined,
  },
  parse: (source) => ({ ok: true, definition: JSON.parse(source) as Text }),
  triggers: () => ['go'],
  matches: (definition) => definition.uses !== undefined,
  checkInput: (_definition, input) => ({ ok: true, definition: input }),
  references: ({ uses = [] }) => uses,
  link: (definition, lookup) => {
    const parts = (definition.uses ?? []).map((name) => [name, lookup(name)?.text ?? null] as const);
    const missing = parts.filter(([, text]) => text === null);
    const diagnostics = missing.map(([name]) => ({ file: '', line: 1, column: 1, message: `${name} is missing` }));
    return missing.length > 0
      ? { ok: false, diagnostics }
      : { ok: true, definition: { ...definition, parts: Object.fromEntries(parts) } };
  },
  redactInput: (_definition, input) => ({
    redacted: { ...input, ...(input['token'] !== undefined && { token: '***' }) },
    secrets: {},
  }),
};

async function worldOf(seed: number): Promise<KernelWorld> {
  const world = new KernelWorld(seed, { languages: [hosted(textLanguage)] });
  world.mountJournal();
  await world.world.until(() => world.kernel.journal.status === 'attached', 10_000);
  await world.result(world.client.ensureSession({ sessionId: 's' }));
  return world;
}

const put = (world: KernelWorld, name: string, definition: Text) =>
  world.result(world.client.putDefinition({ name, program: 'text', source: JSON.stringify(definition) }));

async function outputOf(world: KernelWorld, definition: string, input: JsonObject = {}) {
  const { run } = await world.result(world.client.startRun({ sessionId: 's', definition, input }));
  return { version: run.definitionVersion, output: run.outcome?.kind === 'ok' ? run.outcome.output : run.outcome };
}

it('a run is bound to the definitions that are active when it starts, under the hash of all of them', async () => {
  const world = await worldOf(1);
  expect(await put(world, 'main', { text: 'main', uses: ['part'] })).toMatchObject({
    accepted: true,
    warnings: [
      { file: 'main', line: 1, message: expect.stringContaining('refers to "part", which is no active definition') },
    ],
  });
  const unlinked = await outputOf(world, 'main');
  expect(unlinked.output).toMatchObject({ text: 'main', parts: null });
  await put(world, 'part', { text: 'one' });
  const first = await outputOf(world, 'main');
  expect(first.output).toMatchObject({ parts: { part: 'one' } });
  await put(world, 'part', { text: 'two' });
  const second = await outputOf(world, 'main');
  expect(second.output).toMatchObject({ parts: { part: 'two' } });
  expect(new Set([unlinked.version, first.version, second.version]).size).toBe(3);
  expect(await put(world, 'main', { text: 'main', uses: ['part'] })).toMatchObject({ changed: false, warnings: [] });
  const event = { id: 'e', source: 'x', type: 'go', data: '{}' };
  const { runIds } = await world.result(world.client.publish('s', event));
  const triggered = await world.result(world.client.getRun(runIds[0] ?? ''));
  expect(triggered.definitionVersion).toBe(second.version);
  await world.close();
});

it('a run knows the vars of its session as they were when it started', async () => {
  const world = await worldOf(2);
  await put(world, 'main', { text: 'main' });
  expect((await outputOf(world, 'main')).output).not.toHaveProperty('vars');
  await world.result(world.client.addContext('s', { ...jsonContent({ region: 'eu' }), name: 'vars' }));
  expect((await outputOf(world, 'main')).output).toMatchObject({ vars: { region: 'eu' } });
  await world.result(world.client.addContext('s', { ...jsonContent({ region: 'us' }), name: 'vars' }));
  expect((await outputOf(world, 'main')).output).toMatchObject({ vars: { region: 'us' } });
  await world.result(world.client.addContext('s', { ...jsonContent([1]), name: 'vars' }));
  expect((await outputOf(world, 'main')).output).not.toHaveProperty('vars');
  await world.close();
});

it('what a language takes out of an input is in no journal', async () => {
  const world = await worldOf(3);
  await put(world, 'main', { text: 'main' });
  const { output } = await outputOf(world, 'main', { token: 'hunter2', other: 1 });
  expect(output).toMatchObject({ input: { token: '***', other: 1 } });
  const page = await world.journal.read('s', 1, {});
  expect(page.records.map((record) => Buffer.from(record.data).toString()).join()).not.toContain('hunter2');
  await world.close();
});
