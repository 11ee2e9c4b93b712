import type { Json, Parsed } from 'tau-core';
import { JsonReading } from '../json/json-reading.js';
import { readPlacedJson } from '../json/placed-json.js';
import type { HubDefinition } from './definition.js';
import { agentProblem, bridgeProblem, isName, mailboxProblem } from './parts.js';
import { RECIPIENTS_MAX } from './state.js';

/** Reads a hub's JSON. Pure, and total: whatever the text, the answer is a definition or at least one diagnostic. */
export function parseHub(source: string, file: string): Parsed<HubDefinition> {
  const json = readPlacedJson(source);
  if (!('value' in json)) return { ok: false, diagnostics: [{ file, ...json.position, message: json.message }] };
  const reading = new JsonReading(json, file);
  checkHub(reading, json.value);
  const diagnostics = reading.list();
  if (diagnostics.length > 0) return { ok: false, diagnostics };
  return { ok: true, definition: { format: 1, ...(json.value as unknown as HubDefinition) } };
}

function checkHub(reading: JsonReading, value: Json): void {
  const hub = reading.object(value, [], {
    what: 'a hub',
    required: ['name'],
    optional: ['format', 'description', 'id', 'agents', 'bridges', 'mailbox', 'requestTimeoutMs', 'hopsMax'],
  });
  if (hub === undefined) return;
  reading.oneOf(hub['format'], ['format'], [1]);
  reading.text(hub['description'], ['description']);
  for (const member of ['name', 'id']) {
    const name = hub[member];
    if (name !== undefined && !isName(name)) reading.wrong([member], 'write 1 to 100 letters, digits and ._-');
  }
  reading.whole(hub['requestTimeoutMs'], ['requestTimeoutMs'], { min: 1, max: 86_400_000 });
  reading.whole(hub['hopsMax'], ['hopsMax'], { min: 1, max: 32 });
  const mailbox = mailboxProblem(hub['mailbox']);
  if (mailbox !== undefined) reading.wrong(['mailbox'], mailbox);
  checkParts(reading, hub['agents'], 'agents', agentProblem);
  checkParts(reading, hub['bridges'], 'bridges', (bridge) => bridgeProblem(bridge, true));
}

function checkParts(
  reading: JsonReading,
  value: Json | undefined,
  member: string,
  problemOf: (part: Json) => string | undefined,
): void {
  const names = new Set<string>();
  for (const { item, path } of reading.items(value, [member], { min: 0, max: RECIPIENTS_MAX / 2 })) {
    const problem = problemOf(item);
    if (problem !== undefined) reading.wrong(path, problem);
    else {
      const { name } = item as { readonly name: string };
      if (names.has(name)) reading.wrong([...path, 'name'], `"${name}" is here a second time: take another name`);
      names.add(name);
    }
  }
}
