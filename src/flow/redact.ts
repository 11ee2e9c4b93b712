import { isJsonObject, type Json, type JsonObject, type ProgramInput, type Redacted } from 'tau-core';
import type { FlowPlan } from './flow-plan.js';
import { hasSecretKeys, nodesOn, ownSpots, type SecretSpot, secretSpots } from './secret-keys.js';
import { MASK } from './secret-places.js';

/** What a run is started with, without the values of secret keys: those of the root, when that is a graph. */
export function redactRunInput({ root }: FlowPlan, input: JsonObject): Redacted<JsonObject> {
  if (root.kind !== 'graph') return { redacted: input, secrets: {} };
  // An expression that makes the graph's input of this finds a member in any case.
  const spots = ownSpots(root).map(
    (spot): SecretSpot => (root.input === undefined ? spot : { ...spot, anyCase: true }),
  );
  const { redacted, secrets } = redactValue(input, spots);
  return { redacted: isJsonObject(redacted) ? redacted : input, secrets };
}

/**
 * What a run is told, without the values that it is about to write to secret keys: in what a call gave, in an answer,
 * and in an edit. Wherever else in the same input such a value stands, alone or within a text, `***` takes its place
 * too. What is no text is refused by the machine, and is not to be seen either: `["***"]` takes its place.
 */
export function redactProgramInput(plan: FlowPlan, input: ProgramInput): Redacted<ProgramInput> {
  if (hasSecretKeys(plan)) {
    if (input.type === 'callSettled' && input.outcome.kind === 'ok') {
      const { output } = input.outcome;
      const { redacted, secrets } = redactValue(output, secretSpots(plan, input.callId, output));
      return { redacted: { ...input, outcome: { kind: 'ok', output: redacted } }, secrets };
    }
    if (input.type === 'edit') {
      const { redacted, secrets } = redactEdit(plan, input.edit);
      return { redacted: { ...input, edit: isJsonObject(redacted) ? redacted : input.edit }, secrets };
    }
  }
  return { redacted: input, secrets: {} };
}

function redactEdit(plan: FlowPlan, edit: JsonObject): Redacted<Json> {
  const { at = '', values } = edit;
  const graph = typeof at === 'string' ? nodesOn(plan, at).at(-1) : undefined;
  if (graph?.kind !== 'graph' || !isJsonObject(values)) {
    // It will be refused, and is stored all the same.
    const names = new Set(
      plan.nodes.flatMap((node) => (node.kind === 'graph' ? ownSpots(node) : [])).map(({ key }) => key),
    );
    return { redacted: withoutNamed(edit, names), secrets: {} };
  }
  return redactValue(
    edit,
    ownSpots(graph).map(({ key, path }) => ({ key, path: ['values', ...path] })),
  );
}

function withoutNamed(value: Json, names: ReadonlySet<string>): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => withoutNamed(item, names));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      member === undefined ? [] : [[name, names.has(name) ? MASK : withoutNamed(member, names)]],
    ),
  );
}

function redactValue(value: Json, spots: readonly SecretSpot[]): Redacted<Json> {
  const secrets: { [name: string]: string } = {};
  const texts = new Set<string>();
  let redacted = value;
  for (const { key, path, anyCase, unused } of spots) {
    const names = namesOn(value, path, anyCase === true);
    const found = names?.reduce<Json | undefined>((at, name) => memberOf(at, name), value);
    if (names === undefined || found === undefined || found === null || found === MASK) continue;
    if (typeof found === 'string' && unused !== true) secrets[key] = found;
    addTexts(found, texts);
    redacted = masked(redacted, names, typeof found === 'string' ? MASK : [MASK]);
  }
  if (texts.size === 0) return { redacted, secrets };
  // The longest first: a shorter one within it would leave a rest of it.
  const sorted = [...texts].sort((a, b) => b.length - a.length);
  return { redacted: withoutTexts(redacted, sorted), secrets };
}

/** Numbers of fewer digits are found everywhere. */
const DIGITS_MIN = 4;

/** What must not be seen anywhere of a value: its texts, and its numbers. */
function addTexts(value: Json, texts: Set<string>): void {
  if (typeof value === 'string') {
    // A mask that is masked would not be one any more.
    if (!/^\**$/.test(value)) texts.add(value);
  } else if (typeof value === 'number') {
    if (String(value).length >= DIGITS_MIN) texts.add(String(value));
  } else if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value) as readonly (Json | undefined)[])
      if (member !== undefined) addTexts(member, texts);
  }
}

/** The path as the value has it; undefined when nothing is there. */
function namesOn(value: Json, path: readonly string[], anyCase: boolean): readonly string[] | undefined {
  const names: string[] = [];
  let at: Json | undefined = value;
  for (const step of path) {
    if (!isJsonObject(at)) return undefined;
    const name: string | undefined = Object.hasOwn(at, step)
      ? step
      : anyCase
        ? Object.keys(at).findLast((known) => known.toLowerCase() === step.toLowerCase())
        : undefined;
    if (name === undefined) return undefined;
    names.push(name);
    at = at[name];
  }
  return names;
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function masked(value: Json, path: readonly string[], mask: Json): Json {
  const [step, ...rest] = path;
  if (step === undefined) return mask;
  if (!isJsonObject(value)) return value;
  return { ...value, [step]: masked(value[step] ?? null, rest, mask) };
}

/** JSON without certain texts. What a host gives is bounded in depth, so that this may recurse. */
function withoutTexts(value: Json, texts: readonly string[]): Json {
  if (typeof value === 'string') return withoutText(value, texts);
  if (typeof value === 'number') return texts.includes(String(value)) ? MASK : value;
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => withoutTexts(item, texts));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      member === undefined ? [] : [[withoutText(name, texts), withoutTexts(member, texts)]],
    ),
  );
}

function withoutText(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, MASK), text);
}
