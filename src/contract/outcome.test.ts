import { describe, expect, test } from 'vitest';
import type { Json } from '../vocabulary/json.js';
import type { Budget, Outcome, Principal } from '../vocabulary/outcome.js';
import { errorData } from '../vocabulary/tau-error.js';
import { Outcome as ProtoOutcome, Principal as ProtoPrincipal } from './core-v1.js';
import {
  budgetFromProto,
  budgetToProto,
  outcomeFromProto,
  outcomeToProto,
  principalFromProto,
  principalToProto,
  usageFromProto,
  usageToProto,
} from './outcome.js';

function overTheWire(outcome: Outcome): Outcome {
  return outcomeFromProto(ProtoOutcome.decode(ProtoOutcome.encode(outcomeToProto(outcome)).finish()));
}

const VALUES: Json[] = [
  null,
  true,
  false,
  0,
  -1.5,
  1e300,
  '',
  'null',
  'ümlaut 💡',
  [],
  [null, [1]],
  {},
  { a: { b: [1, 'x'] } },
];
const ERROR = errorData('GITHUB_UNREACHABLE', 'no answer', { retryAfterMs: 5, details: { host: 'example.org' } });

describe('an outcome crosses the wire', () => {
  test.each(VALUES.map((output) => [JSON.stringify(output), output]))('ok with %s', (_, output) => {
    expect(overTheWire({ kind: 'ok', output })).toStrictEqual({ kind: 'ok', output });
  });

  test.each<Outcome>([
    { kind: 'failed', error: ERROR },
    { kind: 'failed', error: errorData('WORK_REFUSED', '') },
    { kind: 'unknown', error: ERROR },
    { kind: 'cancelled', reason: '' },
    { kind: 'cancelled', reason: 'asked by user:octocat' },
    { kind: 'inputRequired', question: 'Deploy?' },
    { kind: 'inputRequired', question: '', answerSchema: { type: 'boolean' } },
    { kind: 'inputRequired', question: 'Anything?', answerSchema: null },
  ])('$kind as it is', (outcome) => {
    expect(overTheWire(outcome)).toStrictEqual(outcome);
  });
});

describe('an outcome that cannot be read is unknown, not failed', () => {
  test.each<[string, ProtoOutcome | undefined]>([
    ['missing', undefined],
    ['without a kind', { kind: undefined }],
    ['ok with broken JSON', { kind: { $case: 'ok', value: { outputJson: '{' } } }],
    [
      'a question with a broken schema',
      { kind: { $case: 'inputRequired', value: { question: 'q', answerSchemaJson: '{' } } },
    ],
  ])('%s', (_, proto) => {
    expect(outcomeFromProto(proto)).toMatchObject({ kind: 'unknown', error: { id: 'TAU-3005', outcome: 'unknown' } });
  });
});

describe('who asked, and what it may cost', () => {
  test.each<Principal | undefined>([
    undefined,
    { id: 'user:octocat' },
    { id: 'app:tau', attributes: { org: 'octo', '': 'empty key', __proto: 'x' } },
  ])('principal %o', (principal) => {
    const proto = principalToProto(principal);
    const wired = proto && ProtoPrincipal.decode(ProtoPrincipal.encode(proto).finish());
    expect(principalFromProto(wired)).toStrictEqual(principal);
  });

  test('a principal without an id is none', () => {
    expect(principalFromProto({ id: '', attributes: { a: 'b' } })).toBeUndefined();
  });

  test('budgets keep exactly the limits that they have', () => {
    for (let bits = 1; bits < 8; bits += 1) {
      const budget: Budget = {
        ...(bits & 1 && { callsMax: 3 }),
        ...(bits & 2 && { tokensMax: 2 ** 40 }),
        ...(bits & 4 && { costMicrosMax: 1 }),
      };
      expect(budgetFromProto(budgetToProto(budget))).toStrictEqual(budget);
    }
    expect(budgetFromProto(budgetToProto({}))).toBeUndefined();
    expect(budgetToProto(undefined)).toBeUndefined();
    expect(budgetFromProto(undefined)).toBeUndefined();
  });

  test('usage', () => {
    expect(usageFromProto(usageToProto({ tokens: 12, costMicros: 2 ** 50 }))).toStrictEqual({
      tokens: 12,
      costMicros: 2 ** 50,
    });
    expect(usageFromProto(usageToProto(undefined))).toBeUndefined();
  });
});
