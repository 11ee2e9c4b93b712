import { expect, test } from 'vitest';
import { clientOfScript, collect } from '../../test/client-fixture.js';
import { adminv1, corev1, errorToProto, kernelv1 } from '../contract/index.js';
import { seededRandom } from '../testing/seeded-random.js';
import { errorData } from '../vocabulary/tau-error.js';
import { jsonContent, textContent } from './content.js';

const RUN = kernelv1.Run.fromPartial({
  runId: 'r1',
  sessionId: 's',
  definitionName: 'triage.yml',
  definitionVersion: 'v1',
  program: 'workflow',
  status: kernelv1.RunStatus.RUNNING,
  firstSeq: 3,
  lastSeq: 9,
  startedMs: 100,
  calls: 2,
});
const RUN_VIEW = {
  runId: 'r1',
  sessionId: 's',
  definitionName: 'triage.yml',
  definitionVersion: 'v1',
  program: 'workflow',
  status: 'running',
  firstSeq: 3,
  lastSeq: 9,
  startedMs: 100,
  interrupts: [],
  usage: { tokens: 0, costMicros: 0 },
  calls: 2,
};

test('a run in progress and one that ended are shown as plain objects', async () => {
  const ended = kernelv1.Run.fromPartial({
    ...RUN,
    status: kernelv1.RunStatus.FAILED,
    outcome: { kind: { $case: 'failed', value: errorToProto(errorData('STEP_FAILED', 'no such label')) } },
    endedMs: 200,
    deadlineMs: 300,
    interrupts: [
      { interruptId: 'i1', version: 4, question: 'go on?', answerSchemaJson: '{"type":"boolean"}', askedMs: 7 },
      { interruptId: 'i2', version: 1, question: 'send?', askedMs: 8, actions: ['approve', 'edit'] },
    ],
    usage: { tokens: 5, costMicros: 6 },
    cause: 'e1',
    forkedFrom: 'r0',
  });
  const client = await clientOfScript({
    runs: { getRun: async ({ runId }) => ({ run: runId === 'r1' ? RUN : ended }) },
  });
  expect(await client.getRun('r1')).toEqual(RUN_VIEW);
  expect(await client.getRun('r2')).toEqual({
    ...RUN_VIEW,
    status: 'failed',
    outcome: { kind: 'failed', error: errorData('STEP_FAILED', 'no such label') },
    endedMs: 200,
    deadlineMs: 300,
    interrupts: [
      { interruptId: 'i1', version: 4, question: 'go on?', answerSchema: { type: 'boolean' }, askedMs: 7 },
      { interruptId: 'i2', version: 1, question: 'send?', askedMs: 8, actions: ['approve', 'edit'] },
    ],
    usage: { tokens: 5, costMicros: 6 },
    cause: 'e1',
    forkedFrom: 'r0',
  });
});

test('a run is shown with the view of its program, or with why there is none', async () => {
  const answers: { readonly [runId: string]: Partial<kernelv1.GetRunResponse> } = {
    r1: { viewJson: '{"waits":["a"]}' },
    r2: { viewRefusal: 'it is too large' },
  };
  const client = await clientOfScript({ runs: { getRun: async ({ runId }) => ({ run: RUN, ...answers[runId] }) } });
  expect(await client.getRun('r1')).toEqual({ ...RUN_VIEW, view: { waits: ['a'] } });
  expect(await client.getRun('r2')).toEqual({ ...RUN_VIEW, viewRefusal: 'it is too large' });
});

test('startRun sends everything, and a random idempotency key of its own', async () => {
  const requests: kernelv1.StartRunRequest[] = [];
  const startRun = async (request: kernelv1.StartRunRequest) => {
    requests.push(request);
    return { run: RUN, started: true };
  };
  const client = await clientOfScript({ runs: { startRun } }, { random: seededRandom(1) });
  const event = { id: 'e', source: 'x', type: 't', data: '{}' };
  expect(await client.startRun({ sessionId: 's', definition: 'd' })).toEqual({ run: RUN_VIEW, started: true });
  const whole = { input: { a: 1 }, event, idempotencyKey: 'k', timeoutMs: 5, priority: 0, fairnessKey: 'f' };
  await client.startRun({
    sessionId: 's',
    definition: 'd',
    ...whole,
    budget: { callsMax: 3 },
    principal: { id: 'user:o' },
  });
  expect(requests[0]).toMatchObject({
    sessionId: 's',
    definitionName: 'd',
    inputJson: '',
    eventJson: '',
    timeoutMs: 0,
  });
  expect(requests[0]?.idempotencyKey).toBe(seededRandom(1).hex(16));
  expect(requests[0]?.priority).toBeUndefined();
  expect(requests[1]).toMatchObject({
    inputJson: '{"a":1}',
    eventJson: JSON.stringify(event),
    idempotencyKey: 'k',
    timeoutMs: 5,
    priority: 0,
    fairnessKey: 'f',
    budget: { callsMax: 3, tokensMax: 0, costMicrosMax: 0 },
    principal: { id: 'user:o', attributes: {} },
  });
});

test('commands to a run say what they mean', async () => {
  const seen: object[] = [];
  const note = async (request: object) => {
    seen.push(request);
    return { run: RUN, seq: 11 };
  };
  const client = await clientOfScript({
    runs: { cancelRun: note, sendInput: note, resolveInterrupt: note, pauseRun: note, resumeRun: note, forkRun: note },
  });
  expect(await client.cancelRun('r1', { mode: 'kill', reason: 'enough' })).toEqual(RUN_VIEW);
  expect(await client.cancelRun('r1')).toEqual(RUN_VIEW);
  const input = { mode: 'steer', content: textContent('left'), idempotencyKey: 'k' } as const;
  expect(await client.sendInput('r1', input)).toEqual({ seq: 11 });
  expect(await client.resolveInterrupt('r1', { interruptId: 'i', version: 2, answer: false })).toEqual({ seq: 11 });
  await client.pauseRun('r1');
  await client.resumeRun('r1');
  await client.forkRun('r1', { atSeq: 5, idempotencyKey: 'f' });
  await client.forkRun('r1', { idempotencyKey: 'g', edit: { set: { plan: 'b' } } });
  expect(seen).toEqual([
    { runId: 'r1', mode: kernelv1.CancelMode.KILL, reason: 'enough' },
    { runId: 'r1', mode: kernelv1.CancelMode.GRACEFUL, reason: '' },
    {
      runId: 'r1',
      mode: kernelv1.InputMode.STEER,
      content: { mediaType: 'text/plain', name: '', body: { $case: 'text', value: 'left' } },
      idempotencyKey: 'k',
    },
    { runId: 'r1', interruptId: 'i', version: 2, answerJson: 'false' },
    { runId: 'r1' },
    { runId: 'r1' },
    { runId: 'r1', atSeq: 5, idempotencyKey: 'f', editJson: '' },
    { runId: 'r1', atSeq: 0, idempotencyKey: 'g', editJson: '{"set":{"plan":"b"}}' },
  ]);
});

test('listings are read page by page, up to the limit', async () => {
  const pages: string[] = [];
  const client = await clientOfScript({
    runs: {
      listRuns: async ({ pageToken, pageSize, statuses }) => {
        pages.push(`${pageToken}/${pageSize}/${statuses.join()}`);
        const first = Number(pageToken || 0);
        const runs = [first, first + 1].map((index) => ({ ...RUN, runId: `r${index}` }));
        return { runs, nextPageToken: first === 4 ? '' : String(first + 2) };
      },
    },
  });
  expect((await client.listRuns()).map(({ runId }) => runId)).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'r5']);
  const some = await client.listRuns({ limit: 3, statuses: ['failed', 'running'] });
  expect(some.map(({ runId }) => runId)).toEqual(['r0', 'r1', 'r2']);
  const statuses = `${kernelv1.RunStatus.FAILED},${kernelv1.RunStatus.RUNNING}`;
  expect(pages).toEqual(['/500/', '2/500/', '4/500/', `/3/${statuses}`, `2/1/${statuses}`]);
});

test('history goes on from page to page, and refuses to go in circles', async () => {
  const event = (seq: number) => kernelv1.RunEvent.fromPartial({ seq, prevSeq: seq - 1, runId: 'r1', type: 't' });
  let circle = false;
  const client = await clientOfScript({
    runs: {
      getRunHistory: async ({ fromSeq, bytesMax }) => {
        if (circle) return { events: [], nextSeq: fromSeq, gap: undefined };
        const gap = fromSeq === 0 ? { fromSeq: 1, toSeq: bytesMax } : undefined;
        return { events: [event(fromSeq + 1)], nextSeq: fromSeq >= 20 ? 0 : fromSeq + 10, gap };
      },
    },
  });
  const pages = await collect(client.history('r1', { bytesMax: 2_000 }));
  expect(pages.map(({ events }) => events[0]?.seq)).toEqual([1, 11, 21]);
  expect(pages.map(({ gap }) => gap?.toSeq)).toEqual([2_000, undefined, undefined]);
  circle = true;
  await expect(collect(client.history('r1', { fromSeq: 7 }))).rejects.toMatchObject({ data: { id: 'TAU-9001' } });
});

test('sessions are made with their context, and shown with it', async () => {
  const context = [
    textContent('be brief'),
    jsonContent({ a: 1 }),
    { mediaType: 'image/png', name: 'logo', data: new Uint8Array([1]) },
  ];
  const client = await clientOfScript({
    sessions: {
      createSession: async (request) => {
        const { sessionId, durability, context } = request;
        return {
          session: kernelv1.Session.fromPartial({ sessionId, durability, context, seq: 1, createdMs: 5 }),
          created: true,
        };
      },
      getSession: async () => ({ session: undefined }),
    },
  });
  const { session, created } = await client.ensureSession({ sessionId: 's', durability: 'durable', context });
  expect(created).toBe(true);
  expect(session).toEqual({
    sessionId: 's',
    durability: 'durable',
    seq: 1,
    runsActive: 0,
    runsTotal: 0,
    context: [...context.slice(0, 2), { mediaType: 'image/png', name: 'logo', data: expect.anything() }],
    createdMs: 5,
    deleted: false,
  });
  await expect(client.getSession('s')).rejects.toMatchObject({ data: { id: 'TAU-9001' } });
});

test('a definition is accepted with its version, or refused with positions', async () => {
  const diagnostic = { file: 'd.yml', line: 3, column: 5, message: 'unknown key' };
  const times: kernelv1.StartTime[] = [
    { rule: { $case: 'cron', value: '0 3 * * *' }, zone: 'Europe/Berlin' },
    { rule: { $case: 'everyMs', value: 1_000 }, zone: '' },
    { rule: { $case: 'at', value: '2026-03-01T09:00:00Z' }, zone: '' },
    // Of a newer kernel.
    { rule: undefined, zone: '' },
  ];
  const client = await clientOfScript({
    definitions: {
      putDefinition: async ({ name, program, source }) =>
        source === 'bad'
          ? { definition: undefined, diagnostics: [diagnostic], changed: false }
          : {
              definition: { name, program, version: 'v', triggers: ['t'], times, byHand: true },
              diagnostics: [],
              changed: true,
              warnings: [diagnostic],
            },
    },
  });
  const definition = {
    name: 'd.yml',
    program: 'workflow',
    version: 'v',
    triggers: ['t'],
    times: [{ cron: '0 3 * * *', zone: 'Europe/Berlin' }, { everyMs: 1_000 }, { at: '2026-03-01T09:00:00Z' }],
    byHand: true,
    byCall: false,
  };
  expect(await client.putDefinition({ name: 'd.yml', source: 'good' })).toEqual({
    accepted: true,
    definition,
    changed: true,
    warnings: [diagnostic],
  });
  const refused = { accepted: false, diagnostics: [diagnostic] };
  expect(await client.putDefinition({ name: 'd.yml', source: 'bad', validateOnly: true })).toEqual(refused);
});

test('a run is migrated, or only checked, to the definition of its own name or another', async () => {
  const seen: object[] = [];
  const migrateRun = async (request: kernelv1.MigrateRunRequest) => {
    seen.push({ ...request });
    return { run: RUN, reasons: request.checkOnly ? ['node "a" is gone'] : [] };
  };
  const client = await clientOfScript({ runs: { migrateRun } });
  expect(await client.migrateRun('r1')).toEqual({ run: RUN_VIEW, reasons: [] });
  const checked = await client.migrateRun('r1', { definition: 'd2', checkOnly: true });
  expect(checked).toEqual({ run: RUN_VIEW, reasons: ['node "a" is gone'] });
  expect(seen).toEqual([
    { runId: 'r1', definitionName: '', checkOnly: false },
    { runId: 'r1', definitionName: 'd2', checkOnly: true },
  ]);
});

test('publish sends one event and gives its receipt', async () => {
  const client = await clientOfScript({
    events: {
      publishEvent: async ({ event, durability }) => ({
        seq: 4,
        duplicate: durability === 2,
        runIds: [event?.id ?? ''],
      }),
    },
  });
  const event = { id: 'e', source: 'x', type: 't', data: '{}' };
  expect(await client.publish('s', event, { durability: 'volatile' })).toEqual({
    seq: 4,
    duplicate: true,
    runIds: ['e'],
  });
});

test('administration is shown in words', async () => {
  const reason = errorToProto(errorData('REGISTRATION_REFUSED', 'two capabilities of one name'));
  const client = await clientOfScript({
    admin: {
      listExtensions: async () => ({
        extensions: [
          adminv1.Extension.fromPartial({
            name: 'tau-ext-github',
            status: adminv1.ExtensionStatus.REFUSED,
            reason,
            capabilities: [{ kind: 'action', name: 'github/comment@v1' }],
          }),
        ],
      }),
      diagnose: async () => ({
        findings: [
          { part: 'journal', severity: adminv1.Severity.ERROR, message: 'absent', advice: 'start tau-ext-local' },
        ],
        regions: [{ region: 's', seq: 1, stateHash: 'ff' }],
      }),
      listDeadLetters: async () => ({
        deadLetters: [
          adminv1.DeadLetter.fromPartial({ workId: 'r/c', error: corev1.Error.fromPartial({ ...reason }) }),
        ],
      }),
    },
  });
  expect(await client.admin.extensions()).toMatchObject([
    { status: 'refused', reason: { id: 'TAU-3006' }, capabilities: ['action:github/comment@v1'] },
  ]);
  expect(await client.admin.diagnose()).toEqual({
    findings: [{ part: 'journal', severity: 'error', message: 'absent', advice: 'start tau-ext-local' }],
    regions: [{ region: 's', seq: 1, stateHash: 'ff' }],
  });
  expect(await client.admin.deadLetters()).toMatchObject([{ workId: 'r/c', error: { id: 'TAU-3006' } }]);
});

test('info tells what the kernel is', async () => {
  const limits = { eventBytesMax: 4 };
  const info = kernelv1.GetInfoResponse.fromPartial({
    version: '1.0.0',
    features: ['run.fork'],
    durable: true,
    limits,
  });
  const client = await clientOfScript({ kernel: { getInfo: async () => info } });
  expect(await client.info()).toMatchObject({ version: '1.0.0', features: ['run.fork'], durable: true, limits });
});
