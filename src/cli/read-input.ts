import { type CloudEvent, isJsonObject, type Json, type JsonObject, tauError } from 'tau-core';
import type { CliPorts } from './context.js';
import { textAt } from './format/json-access.js';

/**
 * The text of a file that the caller named.
 *
 * @throws TauError INVALID_ARGUMENT naming the file and what to do.
 */
export async function readNamedFile(ports: CliPorts, path: string): Promise<string> {
  try {
    return await ports.readFile(path);
  } catch (thrown) {
    const reason = thrown instanceof Error && 'code' in thrown ? REASONS[String(thrown.code)] : undefined;
    const why = reason ?? (thrown instanceof Error ? thrown.message : String(thrown));
    throw tauError('INVALID_ARGUMENT', `${shownPath(path)}: ${why}; give the path of a readable file`);
  }
}

function shownPath(path: string): string {
  return path === '-' ? 'the standard input' : path;
}

const REASONS: { readonly [code: string]: string } = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
};

/** @throws TauError INVALID_ARGUMENT when the file is no JSON object. */
export async function readJsonFile(ports: CliPorts, path: string): Promise<JsonObject> {
  const text = await readNamedFile(ports, path);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (thrown) {
    throw tauError(
      'INVALID_ARGUMENT',
      `${shownPath(path)} is no JSON: ${thrown instanceof Error ? thrown.message : thrown}`,
    );
  }
  if (isJsonObject(value)) return value;
  throw tauError('INVALID_ARGUMENT', `${shownPath(path)} must hold a JSON object, such as {"name": "value"}`);
}

/**
 * An event from a file: a CloudEvent in its JSON form (`data` any JSON, `datacontenttype`), with defaults for `id` and
 * `source`.
 *
 * @throws TauError INVALID_ARGUMENT when the file is no JSON object or has no `type`.
 */
export async function readEventFile(ports: CliPorts, path: string): Promise<CloudEvent> {
  const json = await readJsonFile(ports, path);
  const type = textAt(json, 'type');
  if (type === '')
    throw tauError('INVALID_ARGUMENT', `${shownPath(path)} has no "type", such as "github.issues.opened"`);
  const { data = {} } = json;
  const optional = (name: keyof CloudEvent, from: string = name): { readonly [member: string]: string } => {
    const text = textAt(json, from);
    return text === '' ? {} : { [name]: text };
  };
  return {
    id: textAt(json, 'id') || `file:${path}`,
    source: textAt(json, 'source') || 'tau-cli',
    type,
    data: typeof data === 'string' ? data : JSON.stringify(data),
    ...optional('subject'),
    ...optional('time'),
    ...optional('mediaType', 'datacontenttype'),
    ...optional('cause'),
    ...optional('correlation'),
    ...optional('traceparent'),
  };
}
