import type { JsonObject, ProgramEffect, ProgramInput, ProgramLanguage } from 'tau-core';
import { callId, runId } from 'tau-core';
import { action, connectExtension, defineExtension, type Handler } from 'tau-core/extension';
import { expect, it } from 'vitest';
import { embeddedChannel } from '../src/embedded/embedded-channel.js';
import { hosted } from '../src/machines/region/programs.js';
import { KernelWorld } from './shell-world.js';

const call: ProgramEffect = {
  type: 'call',
  callId: callId('c'),
  capability: 'action:deploy@v1',
  input: { header: '***', to: 'prod' },
  secrets: { '/header': ['Bearer ', { secret: 'TOKEN' }] },
  grants: { contents: 'read' },
};

/** Takes the value `hunter2` out of whatever it is told. */
const taken = <Value>(value: Value): Value => JSON.parse(JSON.stringify(value).replaceAll('hunter2', '***')) as Value;

/** Makes one call with a secret and ends with what it gave. */
const deployLanguage: ProgramLanguage<JsonObject, JsonObject, JsonObject> = {
  program: {
    kind: 'deploy',
    takesMessages: true,
    initial: () => ({}),
    decide: (_definition, _state, input: ProgramInput) => {
      if (input.type === 'begin') return { events: [], effects: [call] };
      if (input.type === 'callSettled') return { events: [], effects: [{ type: 'finish', outcome: input.outcome }] };
      return { events: [{ heard: input as unknown as JsonObject }], effects: [] };
    },
    evolve: (_definition, state, event) => ({ ...state, ...event }),
    nextDeadline: () => undefined,
  },
  parse: (source) => ({ ok: true, definition: JSON.parse(source) as JsonObject }),
  triggers: () => [],
  matches: () => false,
  checkInput: (_definition, input) => ({ ok: true, definition: input }),
  redact: (_definition, _state, input) => ({ redacted: taken(input), secrets: {} }),
};

async function deploy(handler: Handler<JsonObject>, grants: JsonObject = {}) {
  const world = new KernelWorld(1, { languages: [hosted(deployLanguage)] });
  world.mountJournal();
  const capabilities = [action('deploy@v1', { description: '', grants: grants as never }, handler)];
  const { clock, random } = world.world;
  const attached = connectExtension(defineExtension({ name: 'deployer', version: '1', capabilities }), {
    channel: embeddedChannel(world.kernel),
    clock,
    random,
    secrets: (name) => (name === 'TOKEN' ? 't0ken' : undefined),
  });
  await world.world.until(() => world.kernel.journal.status === 'attached', 10_000);
  await world.result(world.client.ensureSession({ sessionId: 's' }));
  await world.result(world.client.putDefinition({ name: 'd', program: 'deploy', source: '{}' }));
  const { run } = await world.result(world.client.startRun({ sessionId: 's', definition: 'd' }));
  return { world, attached, id: runId(run.runId) };
}

async function journalText(world: KernelWorld): Promise<string> {
  const page = await world.journal.read('s', 1, {});
  return page.records.map((record) => Buffer.from(record.data).toString()).join('\n');
}

it('a secret reaches the handler of its call, and no journal', async () => {
  const seen: unknown[] = [];
  const { world, attached, id } = await deploy(({ header }, { grants }) => {
    seen.push(header, grants);
    return { used: header ?? null };
  });
  await world.world.until(() => world.kernel.table.ofRun(id).state.ended.has(id), 10_000);
  expect(seen).toEqual(['Bearer t0ken', { contents: 'read' }]);
  expect((await world.result(world.client.getRun(id))).outcome).toEqual({ kind: 'ok', output: { used: 'Bearer ***' } });
  expect(await journalText(world)).not.toContain('t0ken');
  await world.result(attached.close());
  await world.close();
});

it('work that was granted less than its action needs is denied', async () => {
  const { world, attached, id } = await deploy(() => null, { contents: 'write' });
  await world.world.until(() => world.kernel.table.ofRun(id).state.ended.has(id), 10_000);
  expect((await world.result(world.client.getRun(id))).outcome).toMatchObject({
    kind: 'failed',
    error: { id: 'TAU-1006' },
  });
  await world.result(attached.close());
  await world.close();
});

it('what a language takes out of inputs is in no journal: results, and messages that wait', async () => {
  const release = Promise.withResolvers<string>();
  const { world, attached, id } = await deploy(() => release.promise);
  const content = { mediaType: 'application/json', text: '{"password":"hunter2"}' } as const;
  await world.result(world.client.sendInput(id, { mode: 'append', content }));
  await world.result(world.client.sendInput(id, { mode: 'steer', content }));
  release.resolve('it is hunter2');
  await world.world.until(() => world.kernel.table.ofRun(id).state.ended.has(id), 10_000);
  expect((await world.result(world.client.getRun(id))).outcome).toEqual({ kind: 'ok', output: 'it is ***' });
  const text = await journalText(world);
  expect(text).toContain('run.message.queued');
  expect(text).not.toContain('hunter2');
  await world.result(attached.close());
  await world.close();
});
