import { expect, test } from 'vitest';
import { outcomeFromProto } from '../../src/contract/outcome.js';
import { action, defineExtension } from '../../src/extension/index.js';
import { eventually } from '../../src/testing/eventually.js';
import type { JsonObject } from '../../src/vocabulary/json.js';
import type { Outcome } from '../../src/vocabulary/outcome.js';
import { tauError } from '../../src/vocabulary/tau-error.js';
import type { FakeKernel } from './fake-kernel.js';
import { connected, doing, ref, startedKernel } from './harness.js';

async function outcomeOf(kernel: FakeKernel, workId: string): Promise<Outcome> {
  const found = () => kernel.stream.results.find((each) => each.ref?.workId === workId);
  return outcomeFromProto((await eventually(found, { what: workId })).outcome);
}

const secretsJson = JSON.stringify({ '/token': ['Bearer ', { secret: 'TOKEN' }] });
const input = { inputJson: '{"token":"***"}', secretsJson };

test('the handler gets the secret, and nothing that leaves the process has it', async () => {
  const kernel = await startedKernel();
  const seen: unknown[] = [];
  const extension = doing(async ({ token }, { progress, workId }) => {
    seen.push(token);
    progress(`using ${String(token)}`);
    if (workId === 'w2') throw tauError('STEP_FAILED', `refused ${String(token)}`);
    return { echoed: token ?? null };
  });
  await connected(kernel, extension, { secrets: (name) => (name === 'TOKEN' ? 's3cret' : undefined) }).attached();
  kernel.stream.work(ref('w1'), input);
  expect(await outcomeOf(kernel, 'w1')).toEqual({ kind: 'ok', output: { echoed: 'Bearer ***' } });
  kernel.stream.work(ref('w2', 2), input);
  expect(await outcomeOf(kernel, 'w2')).toMatchObject({ kind: 'failed', error: { message: 'refused Bearer ***' } });
  expect(seen).toEqual(['Bearer s3cret', 'Bearer s3cret']);
  expect(JSON.stringify(kernel.stream.frames)).toContain('using Bearer ***');
  expect(JSON.stringify(kernel.stream.frames)).not.toContain('s3cret');
});

test('a secret that some work was given is taken out of the results of all, however it is written', async () => {
  const kernel = await startedKernel();
  const encoded = { base64: Buffer.from('s3cret').toString('base64'), text: 'of s3cret', number: 123456 };
  const extension = doing(({ token }, { workId, progress }) => {
    if (token !== undefined) return null;
    progress(`later: ${encoded.base64}`);
    if (workId === 'w2') throw tauError('STEP_FAILED', 'used s3cret', { details: { of: encoded.base64 } });
    return encoded;
  });
  const secrets = (name: string): string | undefined => ({ TOKEN: 's3cret', CODE: '123456' })[name];
  await connected(kernel, extension, { secrets }).attached();
  const both = JSON.stringify({ '/token': [{ secret: 'TOKEN' }, { secret: 'CODE' }] });
  kernel.stream.work(ref('w0'), { ...input, secretsJson: both });
  await outcomeOf(kernel, 'w0');
  kernel.stream.work(ref('w1', 2), {});
  const output = { base64: '***', text: 'of ***', number: '***' };
  expect(await outcomeOf(kernel, 'w1')).toEqual({ kind: 'ok', output });
  kernel.stream.work(ref('w2', 3), {});
  expect(await outcomeOf(kernel, 'w2')).toMatchObject({ error: { message: 'used ***', details: { of: '***' } } });
  expect(JSON.stringify(kernel.stream.frames)).toContain('later: ***');
});

test('one that is too short for that is taken out of what its own work gives', async () => {
  const kernel = await startedKernel();
  const extension = doing(({ token }, { progress }) => {
    progress(`it is ${String(token ?? 'on')}`);
    return { given: token ?? 'on' };
  });
  await connected(kernel, extension, { secrets: () => 'on' }).attached();
  kernel.stream.work(ref('w1'), { ...input, secretsJson: JSON.stringify({ '/token': [{ secret: 'FLAG' }] }) });
  expect(await outcomeOf(kernel, 'w1')).toEqual({ kind: 'ok', output: { given: '***' } });
  kernel.stream.work(ref('w2', 2), {});
  expect(await outcomeOf(kernel, 'w2')).toEqual({ kind: 'ok', output: { given: 'on' } });
  expect(JSON.stringify(kernel.stream.frames)).toContain('it is ***');
});

test('work whose secret has no value fails before its handler is called', async () => {
  const kernel = await startedKernel();
  let called = false;
  const extension = doing(() => {
    called = true;
    return null;
  });
  await connected(kernel, extension, { secrets: () => undefined }).attached();
  kernel.stream.work(ref('w1'), input);
  expect(await outcomeOf(kernel, 'w1')).toMatchObject({ kind: 'failed', error: { id: 'TAU-3010' } });
  expect(called).toBe(false);
});

test('a capability that needs more than its work was granted is denied', async () => {
  const kernel = await startedKernel();
  const label = action(
    'test/do@v1',
    { description: 'Labels', grants: { issues: 'write', contents: 'read' } },
    (_input, { grants }) => ({ ...grants }) as JsonObject,
  );
  const extension = defineExtension({ name: 'test', version: '1.0.0', capabilities: [label] });
  await connected(kernel, extension).attached();
  kernel.stream.work(ref('w1'), { grantsJson: '{"issues":"read","contents":"write"}' });
  expect(await outcomeOf(kernel, 'w1')).toMatchObject({
    kind: 'failed',
    error: { id: 'TAU-1006', message: expect.stringContaining('issues: write') },
  });
  kernel.stream.work(ref('w2', 2), { grantsJson: '{"contents":"read"}' });
  expect(await outcomeOf(kernel, 'w2')).toMatchObject({ kind: 'failed', error: { id: 'TAU-1006' } });
  kernel.stream.work(ref('w3', 3), { grantsJson: '{"issues":"write","contents":"read"}' });
  expect(await outcomeOf(kernel, 'w3')).toEqual({ kind: 'ok', output: { issues: 'write', contents: 'read' } });
  kernel.stream.work(ref('w4', 4), {});
  expect(await outcomeOf(kernel, 'w4')).toEqual({ kind: 'ok', output: {} });
});
