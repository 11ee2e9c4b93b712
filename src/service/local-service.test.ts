import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tauError } from 'tau-core';
import { extensionv1, kernelv1 } from 'tau-core/contract';
import { type RunningService, systemClock } from 'tau-core/node';
import { eventually } from 'tau-core/testing';
import { expect, onTestFinished, test } from 'vitest';
import { type FakeAnswers, type FakeKernel, fakeKernel } from '../../test/fake-kernel.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { readConfig } from './config.js';
import { startService } from './local-service.js';

/** Down frames are numbered within a registration, across its attachments. */
function welcome(seq: number): extensionv1.AttachResponse {
  return extensionv1.AttachResponse.fromPartial({
    frames: [{ seq, frame: { $case: 'welcome', value: { epoch: 1 } } }],
  });
}

const CLAIM = extensionv1.BulkResponse.fromPartial({
  frame: { $case: 'journal', value: { callId: 7, call: { $case: 'claim', value: { writer: 'kernel' } } } },
});

/** A service in a folder of its own, attached to a kernel of the test's making. */
interface Running {
  readonly service: RunningService;
  readonly kernel: FakeKernel;
  readonly events: { readonly event: string }[];
  readonly workflow: (name: string) => string;
  /** Ends the attachment from the kernel's side. */
  readonly cut: () => void;
}

async function running(answers: FakeAnswers = {}): Promise<Running> {
  const folder = temporaryFolder();
  const workflows = join(folder, 'workflows');
  mkdirSync(workflows);
  writeFileSync(join(workflows, 'a.yml'), 'one');
  let cut: () => void = () => {};
  let attachments = 0;
  const kernel = fakeKernel({
    'extensions.register': () => extensionv1.RegisterResponse.fromPartial({ registrationId: 'g1', leaseTtlMs: 5_000 }),
    'extensions.attach': async function* () {
      attachments += 1;
      yield welcome(attachments);
      await new Promise<void>((resolve) => {
        cut = resolve;
      });
    },
    'extensions.bulk': async function* () {
      yield CLAIM;
      await new Promise(() => {});
    },
    'definitions.listDefinitions': () => ({ definitions: [] }),
    'definitions.putDefinition': ({ name }: { name: string }) => ({
      definition: kernelv1.Definition.fromPartial({ name }),
      diagnostics: [],
      warnings: [],
    }),
    ...answers,
  } as FakeAnswers);
  const events: { event: string }[] = [];
  const config = readConfig(
    { data: join(folder, 'data'), workflows: [workflows], instance: 'one' },
    { TAU_TOKEN: 'secret' },
  );
  const service = await startService(config, {
    report: { event: (event, fields) => void events.push({ event, ...fields }) },
    clock: systemClock,
    connect: () => kernel.channel,
  });
  onTestFinished(() => service.stop());
  return { service, kernel, events, workflow: (name) => join(workflows, name), cut: () => cut() };
}

const namesOf = (events: readonly { readonly event: string }[]): string[] => events.map(({ event }) => event);

test('registers as one instance, offers the journal, puts the workflows, and then is ready', async () => {
  const { kernel, events, workflow } = await running();
  await eventually(() => namesOf(events).includes('ready'));
  expect(namesOf(events)).toEqual(['config', 'kernel.attached', 'workflow.active', 'ready']);
  expect(events[0]).toMatchObject({ token: 'set', instance: 'one' });
  const register = kernel.calls.find(({ method }) => method === 'extensions.register')?.request;
  expect(register).toMatchObject({ name: 'tau-ext-local', instanceId: 'one' });
  const put = kernel.calls.find(({ method }) => method === 'definitions.putDefinition')?.request;
  expect(put).toMatchObject({ name: workflow('a.yml'), source: 'one' });
});

test('answers the kernel from its journal', async () => {
  const replies: extensionv1.BulkRequest[] = [];
  await running({
    'extensions.bulk': async function* (requests: AsyncIterable<extensionv1.BulkRequest>) {
      yield CLAIM;
      for await (const request of requests) replies.push(request);
    },
  } as unknown as FakeAnswers);
  await eventually(() => replies.length >= 2);
  expect(replies[0]?.frame).toMatchObject({ $case: 'hello', value: { registrationId: 'g1' } });
  expect(replies[1]?.frame).toMatchObject({
    $case: 'journal',
    value: { callId: 7, reply: { $case: 'claimed', value: { epoch: 1 } } },
  });
});

test('after a cut it attaches again, and puts the workflows again', async () => {
  const { kernel, events, cut } = await running();
  const puts = (): number => kernel.calls.filter(({ method }) => method === 'definitions.putDefinition').length;
  await eventually(() => puts() === 1 && namesOf(events).includes('ready'));
  cut();
  await eventually(() => puts() === 2);
  expect(namesOf(events).filter((name) => name.startsWith('kernel.'))).toEqual([
    'kernel.attached',
    'kernel.cut',
    'kernel.attached',
  ]);
  expect(namesOf(events).filter((name) => name === 'ready')).toHaveLength(1);
});

test('a kernel that refuses it for good ends it, with the reason', async () => {
  const { service, events } = await running({
    'extensions.register': () => {
      throw tauError('UNAUTHENTICATED', 'a token is missing');
    },
  });
  expect(await service.stopped()).toMatchObject({ id: 'TAU-1005', message: 'a token is missing' });
  expect(namesOf(events)).not.toContain('ready');
});

test('stops in good order, also twice', async () => {
  const { service, kernel, events } = await running();
  await eventually(() => namesOf(events).includes('ready'));
  await service.stop();
  await service.stop();
  expect(await service.stopped()).toBeUndefined();
  expect(kernel.isClosed()).toBe(true);
  expect(namesOf(events).at(-1)).toBe('stopped');
});
