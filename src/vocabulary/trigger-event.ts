import type { CloudEvent } from './cloud-event.js';
import type { JsonObject } from './json.js';
import { tauError } from './tau-error.js';

/**
 * The event that a run is given as its trigger, in CloudEvents' JSON form; `data` may be text or any JSON. What it does not say
 * of its id and source is `byDefault`. A place that it claims, and an `echo`, are left out.
 *
 * @throws TauError INVALID_ARGUMENT when it has no type.
 */
export function triggerEvent(
  json: JsonObject,
  byDefault: { readonly id: string; readonly source: string },
): CloudEvent {
  const text = (key: string): string => (typeof json[key] === 'string' ? json[key] : '');
  const id = text('id') || byDefault.id;
  const source = text('source') || byDefault.source;
  const type = text('type');
  if (id === '' || source === '' || type === '') {
    throw tauError('INVALID_ARGUMENT', 'an event needs an id, a source and a type');
  }
  const { data } = json;
  const attribute = (name: string, value = text(name)) => (value === '' ? {} : { [name]: value });
  return {
    id,
    source,
    type,
    data: typeof data === 'string' ? data : JSON.stringify(data ?? {}),
    ...attribute('subject'),
    ...attribute('time'),
    ...attribute('mediaType', text('datacontenttype') || text('mediaType')),
    ...attribute('cause'),
    ...attribute('correlation'),
    ...attribute('traceparent'),
  };
}
