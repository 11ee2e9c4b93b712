import { tauError } from 'tau-core';
import { adminv1, errorToProto, kernelv1 } from 'tau-core/contract';
import { expect, test } from 'vitest';
import type { FakeAnswers } from '../../../test/fake-kernel.js';
import { runTau } from '../../../test/run-tau.js';

const noAnswer = tauError('UNREACHABLE', 'connection refused');

/** A kernel in which all is well, but for what `answers` change. */
function healthy(answers: FakeAnswers = {}): FakeAnswers {
  const info = { version: '1.2.3', kernelId: 'k1', contracts: ['tau.kernel.v1', 'tau.admin.v1'] };
  const journal = { part: 'journal', severity: adminv1.Severity.OK, message: 'the journal is attached', advice: '' };
  return {
    'kernel.getInfo': () => kernelv1.GetInfoResponse.fromPartial(info),
    'admin.diagnose': () => ({ findings: [journal], regions: [] }),
    'admin.listExtensions': () => ({ extensions: [] }),
    'admin.listDeadLetters': () => ({ deadLetters: [] }),
    ...answers,
  };
}

test('a healthy system is 0, every part a line', async () => {
  const { code, stdout } = await runTau(['doctor', '--token', 't'], { answers: healthy() });
  expect(code).toBe(0);
  expect(stdout.split('\n')).toEqual([
    '✓ node         24.1.0',
    '✓ token        configured',
    '✓ kernel       version 1.2.3 at 127.0.0.1:7420, id k1',
    '✓ contract     tau.kernel.v1, tau.admin.v1',
    '✓ journal      the journal is attached',
    '',
  ]);
});

test('a token is never printed', async () => {
  const { stdout } = await runTau(['doctor', '--json'], { answers: healthy(), env: { TAU_TOKEN: 'secret-value' } });
  expect(stdout).not.toContain('secret-value');
});

test("the kernel's findings, its extensions and its dead letters are told with what to do", async () => {
  const noJournal = {
    part: 'journal',
    severity: adminv1.Severity.ERROR,
    message: 'no journal is attached',
    advice: 'start one with "tau ext start local"',
  };
  const letter = {
    runId: 'r1',
    capability: 'action:github/comment@v1',
    error: errorToProto(tauError('GITHUB_REFUSED', 'the issue is locked').data),
  };
  const { code, stdout } = await runTau(['doctor'], {
    answers: healthy({
      'admin.diagnose': () => ({ findings: [noJournal], regions: [] }),
      'admin.listExtensions': () => ({
        extensions: [
          adminv1.Extension.fromPartial({
            name: 'a',
            version: '1.0.0',
            instanceId: 'a1',
            status: adminv1.ExtensionStatus.ATTACHED,
            capabilities: [{ kind: 'action', name: 'a/b@v1' }],
          }),
          adminv1.Extension.fromPartial({
            name: 'b',
            version: '1.0.0',
            instanceId: 'b1',
            status: adminv1.ExtensionStatus.DETACHED,
          }),
        ],
      }),
      'admin.listDeadLetters': () => ({ deadLetters: [adminv1.DeadLetter.fromPartial(letter)] }),
    }),
  });
  expect(code).toBe(1);
  expect(stdout.split('\n').slice(4)).toEqual([
    '✗ journal      no journal is attached',
    '               → start one with "tau ext start local"',
    '✓ extension    a 1.0.0 (a1): action:a/b@v1',
    '! extension    b 1.0.0 (b1) is away',
    '               → start it again if it is missed',
    '! dead letter  run r1 gave up action:github/comment@v1: TAU-5002: the issue is locked',
    '               → see "tau watch r1"',
    '',
  ]);
});

test('warnings alone break nothing', async () => {
  const warning = { part: 'kernel', severity: adminv1.Severity.WARNING, message: 'draining', advice: 'start it again' };
  const answers = healthy({ 'admin.diagnose': () => ({ findings: [warning], regions: [] }) });
  expect((await runTau(['doctor'], { answers })).code).toBe(0);
});

test.each([
  [false, 'kernel', 'nothing listens at h:1'],
  [true, 'port', 'something listens at h:1, and it is no kernel that answers'],
])('no kernel, where something listens is %j', async (listens, part, message) => {
  const { code, stdout } = await runTau(['doctor', '--json', '--kernel', 'h:1'], {
    listens,
    answers: {
      'kernel.getInfo': () => {
        throw noAnswer;
      },
    },
  });
  const findings = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(code).toBe(1);
  expect(findings.at(-1)).toMatchObject({ part, severity: 'error', message, advice: expect.stringMatching(/kernel/) });
  expect(findings).toHaveLength(3);
});

test('a kernel that refuses the token is told as it says it', async () => {
  const { code, stdout } = await runTau(['doctor'], {
    answers: {
      'kernel.getInfo': () => {
        throw tauError('UNAUTHENTICATED', 'a token is missing: set TAU_TOKEN');
      },
    },
  });
  expect(code).toBe(1);
  expect(stdout).toContain('✗ kernel       TAU-1005: a token is missing: set TAU_TOKEN');
});

test('a kernel of another contract is an error', async () => {
  const info = kernelv1.GetInfoResponse.fromPartial({ contracts: ['tau.kernel.v9'] });
  const { code, stdout } = await runTau(['doctor'], { answers: healthy({ 'kernel.getInfo': () => info }) });
  expect(code).toBe(1);
  expect(stdout).toContain('the kernel serves tau.kernel.v9, this command speaks tau.kernel.v1');
});
