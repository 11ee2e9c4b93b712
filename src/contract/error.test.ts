import { describe, expect, test } from 'vitest';
import { ERROR_CATALOGUE, type ErrorName } from '../vocabulary/error-catalogue.js';
import { type ErrorData, errorData } from '../vocabulary/tau-error.js';
import { ErrorCode, Error as ProtoError } from './core-v1.js';
import { CAUSE_DEPTH_MAX, errorFromProto, errorToProto } from './error.js';

const NAMES = Object.keys(ERROR_CATALOGUE) as ErrorName[];

function overTheWire(data: ErrorData): ErrorData {
  return errorFromProto(ProtoError.decode(ProtoError.encode(errorToProto(data)).finish()));
}

function chain(depth: number): ErrorData {
  const own = errorData('INTERNAL', `link ${depth}`);
  return depth === 0 ? own : { ...own, cause: chain(depth - 1) };
}

describe('an error crosses the wire', () => {
  test.each(NAMES)('%s, with every set of optional members', (name) => {
    for (let bits = 0; bits < 32; bits += 1) {
      const data = errorData(name, `nach Fehler ${bits} 💥\nnext`, {
        ...(bits & 1 && { details: { limit: 7, nested: { list: [1, null, 'x', true] }, '': '' } }),
        ...(bits & 2 && { retryAfterMs: 1500 + bits }),
        ...(bits & 4 && { retryable: true }),
        ...(bits & 8 && { outcome: 'unknown' as const }),
        ...(bits & 16 && { cause: chain(2) }),
      });
      expect(overTheWire(data)).toStrictEqual(data);
    }
  });

  test('a chain of causes up to the limit is kept, and cut below it', () => {
    expect(overTheWire(chain(CAUSE_DEPTH_MAX))).toStrictEqual(chain(CAUSE_DEPTH_MAX));
    let deepest: ErrorData | undefined = overTheWire(chain(CAUSE_DEPTH_MAX + 40));
    let links = 0;
    while (deepest?.cause !== undefined) {
      deepest = deepest.cause;
      links += 1;
    }
    expect(links).toBe(CAUSE_DEPTH_MAX);
  });

  test('every code of the contract is known, and no two are one', () => {
    const codes = new Set(NAMES.map((name) => errorToProto(errorData(name, '')).code));
    const all = Object.values(ErrorCode).filter(
      (value) => typeof value === 'number' && value !== ErrorCode.UNSPECIFIED,
    );
    expect([...codes].sort((a, b) => a - b)).toStrictEqual(all);
  });
});

describe('an error of another version', () => {
  const known = errorToProto(errorData('NOT_FOUND', 'gone'));

  test('with an unknown code is internal', () => {
    expect(errorFromProto({ ...known, code: 999 as ErrorCode }).code).toBe('internal');
    expect(errorFromProto({ ...known, code: ErrorCode.UNSPECIFIED }).code).toBe('internal');
  });

  test('with an unknown outcome may have been done', () => {
    expect(errorFromProto({ ...known, outcome: 0 }).outcome).toBe('unknown');
  });

  test.each(['{', '[]', '"text"', 'null'])('with details %s loses only these', (detailsJson) => {
    expect(errorFromProto({ ...known, detailsJson })).toStrictEqual(errorData('NOT_FOUND', 'gone'));
  });

  test('that is missing is an internal one', () => {
    expect(errorFromProto(undefined).id).toBe(ERROR_CATALOGUE.INTERNAL.id);
  });
});
