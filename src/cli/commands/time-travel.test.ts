import { kernelv1 } from 'tau-core/contract';
import { describe, expect, test } from 'vitest';
import { historyOf, RECORDED_MS, recordedEvent, recordedRun } from '../../../test/recorded-run.js';
import { reviewFlow, UNTIL_ASKED } from '../../../test/review-flow.js';
import { runTau } from '../../../test/run-tau.js';
import { dateAndTime } from '../format/time.js';

const { answers, run } = recordedRun(reviewFlow(), UNTIL_ASKED);
const ended = recordedRun(reviewFlow(), UNTIL_ASKED, { status: kernelv1.RunStatus.SUCCEEDED }).answers;
const at = (ms: number): string => dateAndTime(RECORDED_MS + ms);

describe('tau checkpoints', () => {
  test('are decisions, with what is open after each', async () => {
    const { code, stdout } = await runTau(['checkpoints', 'r1'], { answers });
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'SEQ  TIME                 TOLD       OPEN AFTER     HAPPENED',
      `10   ${at(0)}  -          -              run started`,
      `11   ${at(1_000)}  begin      write          NodeStarted; GraphStarted`,
      `12   ${at(2_000)}  write: ok  send@2:before  NodeEnded write; Stepped → send; Asked send@2`,
      '',
    ]);
  });

  test('the newest, when there are more than wanted', async () => {
    const { stdout, stderr } = await runTau(['checkpoints', 'r1', '--limit', '1'], { answers });
    expect(stdout).toMatch(/^SEQ .*\n12 .*\n$/);
    expect(stderr).toBe('2 older ones are left out: see them with --limit 3\n');
  });

  test('of a volatile run whose past is gone are refused', async () => {
    const gap = { fromSeq: 10, toSeq: 11 };
    const { code, stderr } = await runTau(['checkpoints', 'r1'], {
      answers: { 'runs.getRunHistory': () => ({ events: [], nextSeq: 0, gap }) },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error TAU-1004: events 10 to 11 of run r1 are gone, since its session is volatile/);
  });
});

describe('tau show', () => {
  test('is what the kernel shows of a run in progress', async () => {
    const { code, stdout, kernel } = await runTau(['show', 'r1', '--json'], { answers });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ seq: 12, madeBy: 'kernel', view: { values: { draft: 'Dear Mona' } } });
    expect(kernel.calls.map(({ method }) => method)).toEqual(['runs.getRun']);
  });

  test('is made of the events of a run that has ended', async () => {
    const { code, stdout } = await runTau(['show', 'r1', '--json'], { answers: ended });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      runId: 'r1',
      seq: 12,
      madeBy: 'command',
      definition: { name: 'flows/review.flow.json', program: 'flow', version: run.definitionVersion },
      view: { status: 'running', values: { draft: 'Dear Mona' }, questions: [{ callId: 'send@2:before' }] },
    });
  });

  test('as it was, for people', async () => {
    const { stdout } = await runTau(['show', 'r1', '--at', '11'], { answers });
    expect(stdout).toContain(`run r1 of flows/review.flow.json (flow) after event 11\n{\n`);
    expect(stdout).toContain('"draft": null');
  });

  test('of a fork and a migrated run begins with the state that is journaled', async () => {
    const { definition, language } = reviewFlow();
    const named = { name: 'x.flow.json', program: 'flow', version: run.definitionVersion };
    const begin = { runId: 'r1', sessionId: 'local', input: { draft: 'mine' }, startedAt: RECORDED_MS };
    const first = language.program.initial(definition, begin as never);
    const forked = recordedEvent(10, 'r1', 'run.forked', { run: { definition: named, program: first } as never });
    const migrated = recordedEvent(11, 'r1', 'run.migrated', { definition: named, program: first as never });
    const { stdout } = await runTau(['show', 'r1', '--json'], {
      answers: { ...ended, 'runs.getRunHistory': historyOf([forked, migrated]) },
    });
    expect(JSON.parse(stdout)).toMatchObject({ seq: 11, definition: named, view: { status: 'new' } });
  });

  test('says why it cannot', async () => {
    expect((await runTau(['show', 'r1', '--at', '9'], { answers })).stderr).toBe(
      'error TAU-1002: run r1 had not begun at event 9: its first is 10\n',
    );
    const foreign = kernelv1.Run.fromPartial({ ...run, program: 'kanban' });
    const unknown = await runTau(['show', 'r1'], {
      answers: { ...answers, 'runs.getRun': () => kernelv1.GetRunResponse.fromPartial({ run: foreign }) },
    });
    expect(unknown.stderr).toContain('this command knows no program "kanban", only flow, hub, schedule, workflow');
    const gone = await runTau(['show', 'r1'], {
      answers: {
        ...ended,
        'events.subscribe': async function* () {
          yield { events: [], gap: { fromSeq: 1, toSeq: 10 }, position: 10 };
        },
      },
    });
    expect(gone.stderr).toMatch(
      /^error TAU-1004: the definition of run r1, version [0-9a-f]{16}, is gone from session/,
    );
  });
});

describe('tau fork', () => {
  const fork = kernelv1.Run.fromPartial({ ...run, runId: 'r2', forkedFrom: 'r1' });

  test('hands everything on', async () => {
    const edit = '{"values":{"draft":"mine"}}';
    const args = ['fork', 'r1', '--at', '12', '--edit', edit, '--idempotency-key', 'k1'];
    const { code, stdout, stderr, kernel } = await runTau(args, {
      answers: { ...answers, 'runs.forkRun': () => ({ run: fork }) },
    });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'r2\n', stderr: 'Watch it: tau watch r2\n' });
    expect(kernel.calls[0]?.request).toEqual({ runId: 'r1', atSeq: 12, idempotencyKey: 'k1', editJson: edit });
  });

  test('an edit that the program refused is told, and is no success', async () => {
    const refused = recordedEvent(14, 'r2', 'run.advanced', {
      input: { type: 'edit' },
      events: [{ type: 'EditRefused', reason: 'the graph has no key "x"; it has draft' }],
    });
    const { code, stdout, stderr } = await runTau(['fork', 'r1', '--edit', '{"values":{"x":1}}'], {
      answers: { 'runs.forkRun': () => ({ run: fork }), 'runs.getRunHistory': historyOf([refused]) },
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: 'r2\n' });
    expect(stderr).toMatch(
      /^the edit was refused, .*: the graph has no key "x"; it has draft\nEnd it with "tau cancel r2"/,
    );
  });

  test.each(['{bad', '[1]'])('--edit %s is refused before anything is sent', async (edit) => {
    const { code, stderr, kernel } = await runTau(['fork', 'r1', '--edit', edit]);
    expect({ code, calls: kernel.calls }).toEqual({ code: 1, calls: [] });
    expect(stderr).toContain('such as \'{"values"');
  });
});

describe('tau migrate', () => {
  test('to a definition by its path, or to its own', async () => {
    const migrating = { 'runs.migrateRun': () => ({ run, reasons: [] }) };
    const { code, stdout, kernel } = await runTau(['migrate', 'r1', './flows/review.flow.json'], {
      answers: migrating,
    });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `run r1 is of flows/review.flow.json ${run.definitionVersion}\n`,
    });
    expect(kernel.calls[0]?.request).toEqual({
      runId: 'r1',
      definitionName: 'flows/review.flow.json',
      checkOnly: false,
    });
    expect((await runTau(['migrate', 'r1'], { answers: migrating })).kernel.calls[0]?.request).toMatchObject({
      definitionName: '',
    });
  });

  test.each([
    [[], 0, '✓ run r1 can go over\n'],
    [['send: it is due', 'more'], 1, '✗ send: it is due\n✗ more\n'],
  ])('--check with reasons %j', async (reasons, expected, lines) => {
    const { code, stdout, kernel } = await runTau(['migrate', 'r1', '--check'], {
      answers: { 'runs.migrateRun': () => ({ run, reasons }) },
    });
    expect({ code, stdout }).toEqual({ code: expected, stdout: lines });
    expect(kernel.calls[0]?.request).toMatchObject({ checkOnly: true });
  });
});
