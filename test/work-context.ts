import { instant } from 'tau-core';
import type { WorkContext } from 'tau-core/extension';

/** What a handler is told of its work, with what a test wants otherwise. */
export function workContext(fields: Partial<WorkContext> = {}): WorkContext {
  return {
    workId: 'r1/a.0',
    sessionId: 'local',
    runId: 'r1',
    attempt: 1,
    idempotencyKey: 'r1/a.0',
    redelivered: false,
    deadline: instant(Number.MAX_SAFE_INTEGER),
    signal: new AbortController().signal,
    progress: () => undefined,
    usage: () => undefined,
    ...fields,
  };
}
