import { tauError } from 'tau-core';
import { kernelv1 } from 'tau-core/contract';
import { VirtualClock } from 'tau-core/testing';
import { describe, expect, test } from 'vitest';
import { RECORDED_MS, recordedRun } from '../../../test/recorded-run.js';
import { reviewFlow, UNTIL_ASKED } from '../../../test/review-flow.js';
import { runTau, type TauResult } from '../../../test/run-tau.js';

const ASKED = {
  interruptId: 'send@2:before',
  version: 3,
  question: 'Send Dear Mona?',
  askedMs: RECORDED_MS,
  actions: ['approve', 'reject'],
};
const PLAIN = {
  interruptId: 'a.0',
  version: 1,
  question: 'merge it?',
  askedMs: RECORDED_MS,
  answerSchemaJson: '{"enum":["yes","no"]}',
};

const asking = (...interrupts: Partial<kernelv1.Interrupt>[]) =>
  recordedRun(reviewFlow(), UNTIL_ASKED, {
    interrupts: interrupts.map((interrupt) => kernelv1.Interrupt.fromPartial(interrupt)),
  }).answers;

describe('tau questions', () => {
  const clock = new VirtualClock({ startMs: RECORDED_MS + 90_000 });

  test('of all runs in progress, with what may be answered', async () => {
    const { code, stdout, stderr, kernel } = await runTau(['questions', '--session', 'local'], {
      answers: asking(ASKED),
      clock,
    });
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      'RUN  QUESTION       VERSION  ASKED      ANSWERS          TEXT',
      'r1   send@2:before  3        1.5 m ago  approve, reject  Send Dear Mona?',
      '',
    ]);
    expect(stderr).toBe('Answer: tau answer r1 send@2:before --approve\n');
    expect(kernel.calls[0]?.request).toMatchObject({
      sessionId: 'local',
      statuses: [kernelv1.RunStatus.RUNNING, kernelv1.RunStatus.PAUSED, kernelv1.RunStatus.CANCELLING],
    });
  });

  test('what a question has in it is read, and never obeyed', async () => {
    const question = 'Delete it?\u001b[2J\u001b[8m \u001b]0;x\u0007no\u202eon';
    const { stdout } = await runTau(['questions'], { answers: asking({ ...PLAIN, question }), clock, terminal: 120 });
    expect(stdout).toContain('Delete it?�[2J�[8m �]0;x�no�on\n');
    // Colours of our own are.
    expect(stdout).toContain('\u001b[2mRUN');
  });

  test('of one run, as JSON', async () => {
    const { stdout } = await runTau(['questions', 'r1', '--json'], { answers: asking(ASKED, PLAIN), clock });
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { runId: 'r1', questionId: 'send@2:before', version: 3, actions: ['approve', 'reject'] },
      { questionId: 'a.0', version: 1, schema: { enum: ['yes', 'no'] } },
    ]);
  });

  test('when nobody is asked anything', async () => {
    expect(await runTau(['questions'], { answers: asking() })).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'nobody is asked anything\n',
    });
  });
});

describe('tau answer', () => {
  const taken = { 'runs.resolveInterrupt': () => ({ seq: 13 }) };
  const answer = (args: readonly string[], answers = asking(ASKED)): Promise<TauResult> =>
    runTau(['answer', 'r1', ...args], { answers: { ...taken, ...answers } });
  const sent = ({ kernel }: TauResult): unknown =>
    kernel.calls.find(({ method }) => method === 'runs.resolveInterrupt')?.request;

  test.each([
    [['send@2:before', '--approve'], '{"action":"approve"}'],
    [['--approve'], '{"action":"approve"}'],
    [['send@2:before', '--reject'], '{"action":"reject"}'],
    [['send@2:before', '--reject', 'too short'], '{"action":"reject","value":"too short"}'],
    [['send@2:before', '{"action": "approve"}'], '{"action":"approve"}'],
  ])('%j, with the version that the question has now', async (args, answerJson) => {
    const result = await answer(args);
    expect(result).toMatchObject({ code: 0, stdout: `answered "Send Dear Mona?" with ${answerJson}\n` });
    expect(sent(result)).toEqual({ runId: 'r1', interruptId: 'send@2:before', version: 3, answerJson });
  });

  test.each([
    ['yes', '"yes"'],
    ['7', '7'],
    ['{"ok": true}', '{"ok":true}'],
  ])('a plain answer %s is JSON or text', async (text, answerJson) => {
    expect(sent(await answer(['a.0', text], asking(PLAIN)))).toMatchObject({ answerJson, version: 1 });
  });

  test.each([
    [['send@2:before'], 'there is no answer: give one'],
    [['send@2:before', 'yes', '--approve'], 'there are several answers: give one'],
    [
      ['send@2:before', 'yes'],
      'answer "send@2:before" with { "action": ... }, one of approve, reject: e.g. tau answer r1 send@2:before --approve',
    ],
    [['send@2:before', '--edit', '{}'], 'one of approve, reject'],
    [['send@2:before', '{"action"'], 'the answer is no JSON'],
    [['nope', '--approve'], 'asks nothing at "nope" (any more): open are send@2:before'],
  ])('%j is refused before anything is sent', async (args, message) => {
    const result = await answer(args);
    expect(result).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(message) });
    expect(sent(result)).toBeUndefined();
  });

  test('an action is no answer to a question that names none', async () => {
    expect((await answer(['a.0', '--approve'], asking(PLAIN))).stderr).toBe(
      'error TAU-1001: "a.0" takes its answer as it is, not an action: e.g. tau answer r1 a.0 \'<answer>\'\n',
    );
  });

  test('which of several must be said', async () => {
    const { code, stderr } = await answer(['--approve'], asking(ASKED, { ...ASKED, interruptId: '$root' }));
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: "error TAU-1001: run r1 asks more than one thing: name one of send@2:before, '$root'\n",
    });
  });

  test('a run that asks nothing', async () => {
    expect((await answer(['--approve'], asking())).stderr).toBe(
      'error TAU-1002: run r1 asks nothing (it is running); see "tau questions"\n',
    );
  });

  test('a stale one is refused, with what to do', async () => {
    const { code, stderr, kernel } = await runTau(['answer', 'r1', 'send@2:before', '--approve', '--at-version', '2'], {
      answers: {
        ...asking(ASKED),
        'runs.resolveInterrupt': () => {
          throw tauError('STALE_VERSION', 'this answers version 2 of the question, which is now at version 3');
        },
      },
    });
    expect(code).toBe(1);
    expect(kernel.calls.at(-1)?.request).toMatchObject({ version: 2 });
    expect(stderr).toBe(
      'error TAU-1011: "send@2:before" has changed since version 2, and the answer was not taken: read it again with "tau questions r1", then answer that\n',
    );
  });
});
