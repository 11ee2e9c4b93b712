/** The closed set of codes. Doors map each to one gRPC status (`contract/grpc-status.ts`). */
export type ErrorCode =
  | 'invalid'
  | 'not-found'
  | 'already-exists'
  | 'conflict'
  | 'denied'
  | 'unauthenticated'
  | 'exhausted'
  | 'unavailable'
  | 'deadline'
  | 'cancelled'
  | 'unsupported'
  | 'internal';

/** What the catalogue fixes for one error: its id is never reused, its meaning never changed. */
export interface CatalogueEntry {
  readonly id: `TAU-${number}`;
  readonly code: ErrorCode;
  /** Whether what failed may have happened all the same: FoundationDB's lesson, kept apart from "failed". */
  readonly outcome: 'not-done' | 'unknown';
  /** Whether the same request may succeed later, unchanged. */
  readonly retryable: boolean;
}

const entry = (
  id: CatalogueEntry['id'],
  code: ErrorCode,
  outcome: CatalogueEntry['outcome'] = 'not-done',
  retryable = false,
): CatalogueEntry => ({ id, code, outcome, retryable });

/**
 * Every error that TAU reports, by name. Ids: 1xxx requests, 2xxx durability, 3xxx work, 4xxx programs and
 * definitions, 5xxx GitHub, 6xxx the command line and configuration, 9xxx bugs.
 */
export const ERROR_CATALOGUE = {
  INVALID_ARGUMENT: entry('TAU-1001', 'invalid'),
  NOT_FOUND: entry('TAU-1002', 'not-found'),
  ALREADY_EXISTS: entry('TAU-1003', 'already-exists'),
  CONFLICT: entry('TAU-1004', 'conflict'),
  UNAUTHENTICATED: entry('TAU-1005', 'unauthenticated'),
  DENIED: entry('TAU-1006', 'denied'),
  LIMIT_EXCEEDED: entry('TAU-1007', 'exhausted'),
  QUEUE_FULL: entry('TAU-1008', 'exhausted', 'not-done', true),
  DRAINING: entry('TAU-1009', 'unavailable', 'not-done', true),
  UNREACHABLE: entry('TAU-1010', 'unavailable', 'unknown', true),
  STALE_VERSION: entry('TAU-1011', 'conflict'),
  UNSUPPORTED: entry('TAU-1012', 'unsupported'),
  JOURNAL_ABSENT: entry('TAU-2001', 'unavailable', 'not-done', true),
  JOURNAL_FENCED: entry('TAU-2002', 'conflict'),
  JOURNAL_CONFLICT: entry('TAU-2003', 'conflict'),
  JOURNAL_CORRUPT: entry('TAU-2004', 'internal'),
  JOURNAL_FAILED: entry('TAU-2005', 'unavailable', 'unknown', true),
  NO_PROVIDER: entry('TAU-3001', 'unavailable'),
  WORK_DEADLINE: entry('TAU-3002', 'deadline', 'unknown'),
  WORK_LOST: entry('TAU-3003', 'unavailable', 'unknown', true),
  WORK_REFUSED: entry('TAU-3004', 'invalid'),
  HANDLER_FAILED: entry('TAU-3005', 'internal', 'unknown'),
  REGISTRATION_REFUSED: entry('TAU-3006', 'invalid'),
  INSTANCE_REPLACED: entry('TAU-3007', 'conflict'),
  NOT_REGISTERED: entry('TAU-3008', 'not-found', 'not-done', true),
  CIRCUIT_OPEN: entry('TAU-3009', 'unavailable', 'not-done', true),
  SECRET_MISSING: entry('TAU-3010', 'not-found'),
  OUTPUT_REFUSED: entry('TAU-3011', 'invalid', 'unknown'),
  RUN_DEADLINE: entry('TAU-4001', 'deadline'),
  RUN_CANCELLED: entry('TAU-4002', 'cancelled'),
  BUDGET_EXCEEDED: entry('TAU-4003', 'exhausted'),
  STEP_FAILED: entry('TAU-4004', 'invalid'),
  DEFINITION_REFUSED: entry('TAU-4005', 'invalid'),
  EXPRESSION_FAILED: entry('TAU-4006', 'invalid'),
  PROGRAM_TAKES_NO_INPUT: entry('TAU-4007', 'unsupported'),
  STEPS_EXCEEDED: entry('TAU-4008', 'exhausted'),
  STATE_CONFLICT: entry('TAU-4009', 'conflict'),
  STATE_REFUSED: entry('TAU-4010', 'invalid'),
  REPLAY_DIVERGED: entry('TAU-4011', 'conflict'),
  MIGRATION_REFUSED: entry('TAU-4012', 'conflict'),
  LOCK_LOST: entry('TAU-4013', 'cancelled'),
  MAILBOX_FULL: entry('TAU-4014', 'exhausted', 'not-done', true),
  RECIPIENT_UNKNOWN: entry('TAU-4015', 'not-found'),
  GITHUB_UNREACHABLE: entry('TAU-5001', 'unavailable', 'unknown', true),
  GITHUB_REFUSED: entry('TAU-5002', 'invalid'),
  GITHUB_UNAUTHENTICATED: entry('TAU-5003', 'unauthenticated'),
  GITHUB_RATE_LIMITED: entry('TAU-5004', 'exhausted', 'not-done', true),
  GITHUB_NOT_FOUND: entry('TAU-5005', 'not-found'),
  SIGNATURE_REJECTED: entry('TAU-5006', 'unauthenticated'),
  PAYLOAD_TOO_LARGE: entry('TAU-5007', 'exhausted'),
  CONFIG_INVALID: entry('TAU-6001', 'invalid'),
  PORT_IN_USE: entry('TAU-6002', 'conflict'),
  TOKEN_MISSING: entry('TAU-6003', 'unauthenticated'),
  DATA_IN_USE: entry('TAU-6004', 'conflict'),
  INTERNAL: entry('TAU-9001', 'internal', 'unknown'),
} as const satisfies Record<string, CatalogueEntry>;

/** Name of an error in the catalogue. */
export type ErrorName = keyof typeof ERROR_CATALOGUE;
