import type { CloudEvent, JsonObject } from 'tau-core';
import { eventFromProto } from 'tau-core/contract';

/**
 * The event that a run is given as its trigger, in CloudEvents' JSON form; `data` may be text or any JSON. What it does not say
 * of its id and source is `byDefault`.
 */
export function triggerEvent(
  json: JsonObject,
  byDefault: { readonly id: string; readonly source: string },
): CloudEvent {
  const text = (key: string): string => (typeof json[key] === 'string' ? json[key] : '');
  const { data } = json;
  return eventFromProto({
    id: text('id') || byDefault.id,
    source: text('source') || byDefault.source,
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
