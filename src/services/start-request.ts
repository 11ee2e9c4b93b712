import { tauError, triggerEvent } from 'tau-core';
import { budgetFromProto, jsonObjectFromText, type kernelv1, principalFromProto } from 'tau-core/contract';
import type { RunRequest } from '../machines/region/inputs.js';
import type { Kernel } from '../shell/kernel.js';
import { runRequest } from '../shell/run-request.js';

const PRIORITY_MAX = 9;
const TRIGGER_DEFAULTS = { id: 'request', source: 'request' };

/** A client's request for a run, checked against the definition that it names. @throws TauError */
export function startRequest(kernel: Kernel, request: kernelv1.StartRunRequest): RunRequest {
  const { priority } = request;
  if (priority !== undefined && priority > PRIORITY_MAX) {
    throw tauError('INVALID_ARGUMENT', `priority ${priority} is not in 0 (first) to ${PRIORITY_MAX} (last)`);
  }
  const input = jsonObjectFromText(request.inputJson, 'the input');
  const event =
    request.eventJson === ''
      ? undefined
      : triggerEvent(jsonObjectFromText(request.eventJson, 'the event'), TRIGGER_DEFAULTS);
  const budget = budgetFromProto(request.budget);
  const principal = principalFromProto(request.principal);
  return runRequest(kernel, {
    definition: request.definitionName,
    input,
    cause: request.idempotencyKey === '' ? 'request' : `request:${request.idempotencyKey}`,
    ...(event && { event }),
    ...(request.idempotencyKey !== '' && { startKey: request.idempotencyKey }),
    ...(request.timeoutMs > 0 && { timeoutMs: request.timeoutMs }),
    ...(budget && { budget }),
    ...(priority !== undefined && { priority }),
    ...(request.fairnessKey !== '' && { fairnessKey: request.fairnessKey }),
    ...(principal && { principal }),
    ...(request.traceparent !== '' && { traceparent: request.traceparent }),
  });
}
