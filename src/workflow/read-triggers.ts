import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import { isMapping } from '@actions/workflow-parser/templates/tokens/type-guards';
import type { CallDefinition, TriggerFilter, WorkflowDefinition } from './definition.js';
import type { Position } from './findings.js';
import { readCallTrigger } from './read-call.js';
import { readFilters } from './read-filters.js';
import { readInputs } from './read-inputs.js';
import { readSchedules } from './read-schedules.js';
import { asTexts, type Field, fieldsIn, keyText, placeOf, positionOf, type Reading } from './reading.js';
import { supportOf } from './syntax-table.js';
import { type WebhookEvent, webhookEvent } from './webhook-events.js';

/** What `on` says: which events start runs, and how else the workflow is started. */
export type Triggers = Pick<WorkflowDefinition, 'triggers' | 'filters' | 'schedules' | 'dispatch' | 'call'>;

/** Reads `on` in its three forms: one event, a list of events, and a mapping of events to what narrows them. */
export function readTriggers(reading: Reading, token: TemplateToken): Triggers {
  const filters: TriggerFilter[] = [];
  let dispatch: WorkflowDefinition['dispatch'];
  let call: CallDefinition | undefined;
  let schedules: WorkflowDefinition['schedules'];
  const events = eventsOf(reading, token);
  if (events.length === 0) reading.findings.add(positionOf(token), '"on" names no event');
  for (const { name, place, value } of events) {
    const event = webhookEvent(name);
    const support = supportOf('on', name);
    if (event !== undefined) filters.push(filterOf(reading, name, event, value));
    else if (name === 'tau') filters.push(ownFilter(reading, place, value));
    else if (name === 'workflow_dispatch')
      dispatch = {
        inputs: readInputs(reading, fieldsIn(reading, 'dispatch', value).get('inputs')?.value, 'input'),
        ...place,
      };
    else if (name === 'workflow_call') call = readCallTrigger(reading, value, place);
    else if (name === 'schedule') schedules = scheduled(reading, place, value);
    else if (support?.status === 'refused')
      reading.findings.add(place, `"${name}" is not supported: ${support.instead}`);
  }
  const isNarrowed = filters.some((filter) => Object.keys(filter).length > 2);
  return {
    triggers: [...new Set(filters.flatMap(({ types }) => types))],
    ...(isNarrowed ? { filters } : {}),
    ...(schedules === undefined ? {} : { schedules }),
    ...(dispatch === undefined ? {} : { dispatch }),
    ...(call === undefined ? {} : { call }),
  };
}

interface NamedEvent {
  readonly name: string;
  readonly place: Position;
  readonly value: TemplateToken | undefined;
}

function eventsOf(reading: Reading, token: TemplateToken): readonly NamedEvent[] {
  if (!isMapping(token)) {
    return asTexts(reading, token, 'an event').map(([name, item]) => ({
      name,
      place: placeOf(item),
      value: undefined,
    }));
  }
  return [...token].flatMap(({ key, value }) => {
    const name = keyText(reading, key);
    return name === undefined ? [] : [{ name, place: placeOf(key), value }];
  });
}

function scheduled(
  reading: Reading,
  place: Position,
  value: TemplateToken | undefined,
): WorkflowDefinition['schedules'] {
  if (value === undefined)
    reading.findings.add(place, `"schedule" needs times: write schedule: [{ cron: '0 3 * * *' }]`);
  return readSchedules(reading, value);
}

/** The events that one name of `on` stands for, and what narrows them. */
function filterOf(
  reading: Reading,
  name: string,
  event: WebhookEvent,
  value: TemplateToken | undefined,
): TriggerFilter {
  // Null is an event without more to say; GitHub's parser has refused all else.
  const fields = fieldsIn(reading, 'trigger', value);
  return {
    event: name,
    types: typesOf(reading, name, event, fields.get('types')),
    ...readFilters(reading, name, fields),
  };
}

function typesOf(reading: Reading, name: string, event: WebhookEvent, types: Field | undefined): readonly string[] {
  const actions = (types === undefined ? undefined : actionsOf(reading, name, event, types)) ?? event.defaults;
  if (actions !== undefined) return actions.map((action) => `github.${name}.${action}`);
  return event.actions.length === 0 ? [`github.${name}`] : [`github.${name}.*`];
}

/** The actions that `types` names; undefined where it can name none. */
function actionsOf(reading: Reading, name: string, event: WebhookEvent, types: Field): readonly string[] | undefined {
  if (event.actions.length === 0) {
    reading.findings.add(positionOf(types.key), `"${name}" has no types: leave them out`);
    return undefined;
  }
  return typesIn(reading, types).flatMap(([action, item]) => {
    if (event.actions === 'any' || event.actions.includes(action)) return [action];
    const known = event.actions.join(', ');
    reading.findings.add(positionOf(item), `"${name}" has no type "${action}": it has ${known}`);
    return [];
  });
}

function typesIn(reading: Reading, types: Field): readonly (readonly [string, TemplateToken])[] {
  const found = asTexts(reading, types.value, 'a type');
  if (found.length === 0) reading.findings.add(positionOf(types.value), '"types" is empty: leave it out, or name some');
  return found;
}

/** Types of events as CloudEvents name them, exact or with a trailing `*` behind at least one name. */
const OWN_TYPE = /^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*(?:\.\*)?$/;

/** Reads `on.tau`: events of TAU itself and of extensions, by their types. */
function ownFilter(reading: Reading, place: Position, value: TemplateToken | undefined): TriggerFilter {
  const fields = fieldsIn(reading, 'trigger', value);
  const types = fields.get('types');
  if (types === undefined)
    reading.findings.add(place, '"tau" needs the types of its events: write tau: { types: [run.ended] }');
  const known = types === undefined ? [] : typesIn(reading, types);
  for (const [type, item] of known) {
    if (type.startsWith('github.')) {
      const event = type.split('.')[1] ?? '';
      reading.findings.add(positionOf(item), `"${type}" comes from GitHub: write "${event}" under "on" itself`);
    } else if (!OWN_TYPE.test(type)) {
      const advice = 'write names with dots between, the last of which may be "*", e.g. run.ended or deploy.*';
      reading.findings.add(positionOf(item), `"${type}" is no type of events: ${advice}`);
    }
  }
  return { event: 'tau', types: known.map(([type]) => type), ...readFilters(reading, 'tau', fields) };
}
