import { type CloudEvent, type JsonObject, tauError } from 'tau-core';
import {
  budgetFromProto,
  eventFromProto,
  jsonObjectFromText,
  type kernelv1,
  principalFromProto,
} from 'tau-core/contract';
import type { RunRequest } from '../machines/region/inputs.js';
import type { Kernel } from '../shell/kernel.js';

const PRIORITY_MAX = 9;

/** A client's request for a run, checked against the definition that it names. @throws TauError */
export function startRequest(kernel: Kernel, request: kernelv1.StartRunRequest): RunRequest {
  const bound = kernel.catalogue.find(request.definitionName);
  if (bound === undefined) {
    throw kernel.missing(
      `there is no active definition "${request.definitionName}"; put it first, or see "tau definitions"`,
    );
  }
  const { priority } = request;
  if (priority !== undefined && priority > PRIORITY_MAX) {
    throw tauError('INVALID_ARGUMENT', `priority ${priority} is not in 0 (first) to ${PRIORITY_MAX} (last)`);
  }
  const checked = kernel.catalogue
    .language(bound)
    .checkInput(bound.definition, jsonObjectFromText(request.inputJson, 'the input'));
  if (!checked.ok) {
    const reasons = checked.diagnostics.map((diagnostic) => diagnostic.message).join('; ');
    throw tauError('INVALID_ARGUMENT', `the inputs do not fit "${bound.name}": ${reasons}`);
  }
  const event = request.eventJson === '' ? undefined : triggerEvent(jsonObjectFromText(request.eventJson, 'the event'));
  const budget = budgetFromProto(request.budget);
  const principal = principalFromProto(request.principal);
  return {
    runId: kernel.newRunId(),
    bound,
    input: checked.definition,
    cause: request.idempotencyKey === '' ? 'request' : `request:${request.idempotencyKey}`,
    ...(event && { event }),
    ...(request.idempotencyKey !== '' && { startKey: request.idempotencyKey }),
    ...(request.timeoutMs > 0 && { timeoutMs: request.timeoutMs }),
    ...(budget && { budget }),
    ...(priority !== undefined && { priority }),
    ...(request.fairnessKey !== '' && { fairnessKey: request.fairnessKey }),
    ...(principal && { principal }),
    ...(request.traceparent !== '' && { traceparent: request.traceparent }),
  };
}

/** The event that a client gives a run, in CloudEvents' JSON form; `data` may be text or any JSON. */
function triggerEvent(json: JsonObject): CloudEvent {
  const text = (key: string): string => (typeof json[key] === 'string' ? json[key] : '');
  const { data } = json;
  return eventFromProto({
    id: text('id') || 'request',
    source: text('source') || 'request',
    type: text('type'),
    subject: text('subject'),
    time: text('time'),
    mediaType: text('datacontenttype') || text('mediaType'),
    data: typeof data === 'string' ? data : JSON.stringify(data ?? {}),
    cause: text('cause'),
    correlation: text('correlation'),
    traceparent: text('traceparent'),
    region: '',
    regionSeq: 0,
    hlc: '',
    echo: false,
  });
}
