import { kernelv1 } from 'tau-core/contract';
import { scheduleLanguage } from 'tau-orchestrate';
import { describe, expect, test } from 'vitest';
import { historyOf, RECORDED_MS, recordedEvent, recordedRun } from '../../../test/recorded-run.js';
import { runTau } from '../../../test/run-tau.js';
import { dateAndTime } from '../format/time.js';

const run = (status: kernelv1.RunStatus) => ({ run: kernelv1.Run.fromPartial({ runId: 'r1', status }) });

test('tau pause and tau resume', async () => {
  const answers = {
    'runs.pauseRun': () => run(kernelv1.RunStatus.PAUSED),
    'runs.resumeRun': () => run(kernelv1.RunStatus.RUNNING),
  };
  expect(await runTau(['pause', 'r1'], { answers })).toMatchObject({
    code: 0,
    stdout: 'run r1: paused\n',
    stderr: 'Let it go on: tau resume r1\n',
  });
  expect(await runTau(['resume', 'r1'], { answers })).toMatchObject({ code: 0, stdout: 'run r1: running\n' });
});

describe('tau send', () => {
  const told = (...events: { type: string; error?: { message: string } }[]) => ({
    'runs.sendInput': () => ({ seq: 20 }),
    'runs.getRunHistory': historyOf([recordedEvent(20, 'r1', 'run.advanced', { events: events as never })]),
  });

  test('sends JSON at once, unless it is told otherwise', async () => {
    const { code, stdout, kernel } = await runTau(['send', 'r1', '{"op": "pause"}', '--idempotency-key', 'k1'], {
      answers: told({ type: 'Paused' }),
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'sent to run r1\n' });
    expect(kernel.calls[0]?.request).toMatchObject({
      runId: 'r1',
      mode: kernelv1.InputMode.STEER,
      idempotencyKey: 'k1',
      content: { mediaType: 'application/json', body: { $case: 'text', value: '{"op":"pause"}' } },
    });
  });

  test('from the standard input, in another mode', async () => {
    const { kernel } = await runTau(['send', 'r1', '-', '--mode', 'replace'], {
      answers: told(),
      files: { '-': '[1]\n' },
    });
    expect(kernel.calls[0]?.request).toMatchObject({
      mode: kernelv1.InputMode.REPLACE,
      content: { body: { value: '[1]' } },
    });
  });

  test('a message that the program did not take is no success', async () => {
    const { code, stderr } = await runTau(['send', 'r1', '{"op": "pauses"}'], {
      answers: told({ type: 'MessageRefused', error: { message: 'send {"op": "pause"}' } }),
    });
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'it was refused: send {"op": "pause"}\n' });
  });

  test('what is no JSON is refused before anything is sent', async () => {
    const { code, stderr, kernel } = await runTau(['send', 'r1', 'pause']);
    expect({ code, calls: kernel.calls }).toEqual({ code: 1, calls: [] });
    expect(stderr).toMatch(/^error TAU-1001: the message is no JSON .*such as '\{"op": "pause"\}'\n$/);
  });
});

describe('tau schedules', () => {
  const NEXT_MS = RECORDED_MS + 1_800_000;
  const when = [{ at: new Date(NEXT_MS).toISOString() }];
  const source = { name: 'nightly', start: { definition: 'a.yml' }, when };
  const parsed = scheduleLanguage.parse(JSON.stringify(source), 'nightly.schedule.json');
  if (!parsed.ok) throw new Error(parsed.diagnostics[0]?.message);
  const { answers, run: schedule } = recordedRun(
    { language: scheduleLanguage, definition: parsed.definition },
    [{ type: 'begin' }],
    { sessionId: 'tau/schedules', definitionName: 'a.yml#0' },
  );
  const other = kernelv1.Run.fromPartial({ runId: 'r9', sessionId: 'local', program: 'workflow' });
  const listing = {
    ...answers,
    'runs.listRuns': ({ sessionId }: { sessionId: string }) => ({
      runs: sessionId === '' ? [schedule, other] : [schedule],
      nextPageToken: '',
    }),
  } as typeof answers;

  test('are told once each, with what they start next', async () => {
    const { code, stdout } = await runTau(['schedules'], { answers: listing });
    expect(code).toBe(0);
    const [titles, row, end] = stdout.split('\n');
    expect(titles).toMatch(/^RUN {2}STATUS {3}NEXT .* STARTED {2}SKIPPED {2}MISSED {2}SESSION .* DEFINITION$/);
    expect(row).toMatch(/^r1 {3}running .* tau\/schedules {2}a\.yml#0$/);
    expect(row).toContain(` ${dateAndTime(NEXT_MS)}  0 `);
    expect(end).toBe('');
  });

  test('one that shows nothing of itself is listed all the same', async () => {
    const silent = { run: schedule, viewRefusal: 'it has 9 bytes, the limit viewBytesMax is 8' };
    const { code, stdout } = await runTau(['schedules'], {
      answers: { ...listing, 'runs.getRun': () => kernelv1.GetRunResponse.fromPartial(silent) },
    });
    expect(code).toBe(0);
    expect(stdout).toContain('? (it has 9 bytes, the limit viewBytesMax is 8)');
  });

  test('says how to make one when there are none', async () => {
    const none = { 'runs.listRuns': () => ({ runs: [], nextPageToken: '' }) };
    expect((await runTau(['schedules'], { answers: none })).stderr).toMatch(/^there are no schedules; /);
  });
});
