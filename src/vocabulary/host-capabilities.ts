/**
 * Capabilities that every host of programs serves itself, so that programs reach them by ordinary calls.
 *
 * - `ask`: asks a person. Input `{ question, schema? }`; its output is the answer. The question is open until it is answered,
 *   withdrawn or out of time.
 * - `publish`: publishes an event of the run. Input `{ type, data?, subject?, sessionId? }`; output `{ seq }`. The event's id
 *   is the call's idempotency key, so that it is published once.
 * - `startRun`: starts a run. Input `{ definition, input?, event?, sessionId?, key?, wait? }`. With `wait` (the default) it settles
 *   as the run ends, with its output or error, and withdrawing it cancels that run; without, its output is `{ runId }`.
 * - `sendInput`: sends a message to a run. Input `{ runId, content }`; output null.
 */
export const HOST_CAPABILITIES = {
  ask: 'human:ask@v1',
  publish: 'event:publish@v1',
  startRun: 'run:start@v1',
  sendInput: 'run:send@v1',
} as const;
