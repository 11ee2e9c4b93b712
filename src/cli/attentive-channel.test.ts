import { tauError } from 'tau-core';
import { kernelv1 } from 'tau-core/contract';
import { eventually, VirtualClock } from 'tau-core/testing';
import { expect, test } from 'vitest';
import type { FakeAnswers } from '../../test/fake-kernel.js';
import { runTau } from '../../test/run-tau.js';

const SLOW = 'no answer from the kernel at 127.0.0.1:7420 yet; "tau doctor" tells what may be wrong\n';

test('an answer that takes long is told once, and only to people', async () => {
  const waiting: (() => void)[] = [];
  const slow = () => new Promise((resolve) => waiting.push(() => resolve({ sessions: [], nextPageToken: '' })));
  for (const [args, expected] of [
    [['sessions'], SLOW],
    [['sessions', '--json'], ''],
  ] as const) {
    const clock = new VirtualClock();
    const command = runTau(args, { clock, answers: { 'sessions.listSessions': slow } });
    await eventually(() => waiting.length === 1);
    clock.advance(2_999);
    clock.advance(1);
    clock.advance(60_000);
    waiting.pop()?.();
    const { code, stderr } = await command;
    expect({ code, stderr: stderr.replace(/^there are no sessions.*\n/m, '') }).toEqual({ code: 0, stderr: expected });
    expect(clock.pending).toBe(0);
  }
});

test('one that comes in time is not', async () => {
  const answers = { 'sessions.listSessions': () => ({ sessions: [], nextPageToken: '' }) };
  expect((await runTau(['sessions'], { answers })).stderr).not.toContain('no answer');
});

/** A kernel that goes away after the run's first event, and says this to the questions that come then. */
function cutting(ask: (question: number) => object): { readonly answers: FakeAnswers; readonly isCut: () => boolean } {
  const event = { seq: 4, runId: 'r1', type: 'run.started', timeMs: 1, dataJson: '{}' };
  const ended = { ...event, seq: 5, prevSeq: 4, type: 'run.ended', dataJson: '{"outcome":{"kind":"ok"}}' };
  let questions = 0;
  let cuts = 0;
  const answers: FakeAnswers = {
    'kernel.getInfo': () => {
      questions += 1;
      return questions === 1 ? {} : ask(questions);
    },
    'runs.watchRun': async function* () {
      const events = [kernelv1.RunEvent.fromPartial(cuts === 0 ? event : ended)];
      yield { events, gap: undefined, end: cuts > 0, progress: [] };
      cuts += 1;
    },
    'runs.getRun': () =>
      kernelv1.GetRunResponse.fromPartial({ run: { runId: 'r1', status: kernelv1.RunStatus.SUCCEEDED } }),
  };
  return { answers, isCut: () => cuts > 0 };
}

/** Watches the run until the command ends, while time passes as it does for a kernel that is away. */
async function watchRun(ask: (question: number) => object) {
  const clock = new VirtualClock();
  const { answers, isCut } = cutting(ask);
  let done = false;
  const watching = runTau(['watch', 'r1'], { clock, answers }).finally(() => {
    done = true;
  });
  await eventually(isCut);
  await eventually(() => {
    clock.advance(60_000);
    return done;
  });
  return watching;
}

const away = () => {
  throw tauError('UNREACHABLE', 'nobody answers');
};

test('a kernel that goes away while a run is watched, and comes back', async () => {
  const { code, stdout, stderr } = await watchRun((question) => (question < 5 ? away() : {}));
  expect(stdout).toMatch(/run started.*\n.*run ended/);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: 'the kernel at 127.0.0.1:7420 is away; waiting until it is back\nthe kernel at 127.0.0.1:7420 is back\n',
  });
});

test('one that stays away: how to watch the run again', async () => {
  const { code, stderr } = await watchRun(away);
  expect(code).toBe(1);
  expect(stderr.split('\n')).toEqual([
    'the kernel at 127.0.0.1:7420 is away; waiting until it is back',
    'Watch it again: tau watch r1 --from 5',
    'error TAU-1010: cannot reach the kernel at 127.0.0.1:7420: start it with "tau kernel start", or set --kernel',
    '',
  ]);
});
