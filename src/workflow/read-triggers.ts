import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import { isMapping } from '@actions/workflow-parser/templates/tokens/type-guards';
import type { InputDefinition } from './definition.js';
import type { Position } from './findings.js';
import { readInputs } from './read-inputs.js';
import { asTexts, fieldsOf, keyText, positionOf, type Reading } from './reading.js';
import { supportOf } from './syntax-table.js';
import { type WebhookEvent, webhookEvent } from './webhook-events.js';

/** What `on` says: event types, and how clients may start the workflow. */
export interface Triggers {
  readonly types: readonly string[];
  readonly dispatch?: { readonly inputs: readonly InputDefinition[]; readonly line: number; readonly column: number };
}

const DISPATCH = 'workflow_dispatch';

/** Reads `on` in its three forms: one event, a list of events, and a mapping of events to what narrows them. */
export function readTriggers(reading: Reading, token: TemplateToken): Triggers {
  const types = new Set<string>();
  let dispatch: Triggers['dispatch'];
  let isEmpty = true;
  for (const { name, place, value } of eventsOf(reading, token)) {
    isEmpty = false;
    const event = webhookEvent(name);
    const support = supportOf('on', name);
    if (event !== undefined) for (const type of typesOf(reading, name, event, value)) types.add(type);
    else if (name === DISPATCH) dispatch = { inputs: readInputs(reading, value), ...(place ?? { line: 1, column: 1 }) };
    else if (support?.status === 'refused')
      reading.findings.add(place, `"${name}" is not supported: ${support.instead}`);
  }
  if (isEmpty) reading.findings.add(positionOf(token), '"on" names no event');
  return { types: [...types], ...(dispatch === undefined ? {} : { dispatch }) };
}

interface NamedEvent {
  readonly name: string;
  readonly place: Position | undefined;
  readonly value: TemplateToken | undefined;
}

function eventsOf(reading: Reading, token: TemplateToken): readonly NamedEvent[] {
  if (!isMapping(token)) {
    return asTexts(reading, token, 'an event').map(([name, item]) => ({
      name,
      place: positionOf(item),
      value: undefined,
    }));
  }
  return [...token].flatMap(({ key, value }) => {
    const name = keyText(reading, key);
    return name === undefined ? [] : [{ name, place: positionOf(key), value }];
  });
}

/** The event types that one event of `on` stands for. */
function typesOf(
  reading: Reading,
  name: string,
  event: WebhookEvent,
  value: TemplateToken | undefined,
): readonly string[] {
  const actions = actionsOf(reading, name, event, value) ?? event.defaults;
  if (actions !== undefined) return actions.map((action) => `github.${name}.${action}`);
  return event.actions.length === 0 ? [`github.${name}`] : [`github.${name}.*`];
}

/** The actions that `types` names; undefined without it. */
function actionsOf(
  reading: Reading,
  name: string,
  event: WebhookEvent,
  value: TemplateToken | undefined,
): readonly string[] | undefined {
  // Null is an event without more to say; GitHub's parser has refused all else.
  if (value === undefined || !isMapping(value)) return undefined;
  const types = fieldsOf(reading, 'trigger', value).get('types');
  if (types === undefined) return undefined;
  if (event.actions.length === 0) {
    reading.findings.add(positionOf(types.key), `"${name}" has no types: leave them out`);
    return undefined;
  }
  return asTexts(reading, types.value, 'a type').flatMap(([action, item]) => {
    if (event.actions === 'any' || event.actions.includes(action)) return [action];
    const known = event.actions.join(', ');
    reading.findings.add(positionOf(item), `"${name}" has no type "${action}": it has ${known}`);
    return [];
  });
}
