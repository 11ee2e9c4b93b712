import { isJsonObject, type Json, type JsonObject, type ProgramInput, type Redacted } from 'tau-core';
import type { FlowPlan } from './flow-plan.js';
import { hasSecretKeys, nodesOn, type SecretSpot, secretSpots } from './secret-keys.js';
import { MASK } from './secret-places.js';

/** What a run is started with, without the values of secret keys: those of the root, when that is a graph. */
export function redactRunInput({ root }: FlowPlan, input: JsonObject): Redacted<JsonObject> {
  if (root.kind !== 'graph') return { redacted: input, secrets: {} };
  const spots = root.keys.flatMap(({ name, secret }) => (secret ? [{ key: name, path: [name] }] : []));
  const { redacted, secrets } = redactValue(input, spots);
  return { redacted: isJsonObject(redacted) ? redacted : input, secrets };
}

/**
 * What a run is told, without the values that it is about to write to secret keys: in what a call gave, in an answer,
 * and in an edit. Wherever else in the same input such a value stands, alone or within a text, `***` takes its place
 * too.
 */
export function redactProgramInput(plan: FlowPlan, input: ProgramInput): Redacted<ProgramInput> {
  if (hasSecretKeys(plan)) {
    if (input.type === 'callSettled' && input.outcome.kind === 'ok') {
      const { redacted, secrets } = redactValue(input.outcome.output, secretSpots(plan, input.callId));
      return { redacted: { ...input, outcome: { kind: 'ok', output: redacted } }, secrets };
    }
    if (input.type === 'edit') {
      const { redacted, secrets } = redactValue(input.edit, editSpots(plan, input.edit));
      return { redacted: { ...input, edit: isJsonObject(redacted) ? redacted : input.edit }, secrets };
    }
  }
  return { redacted: input, secrets: {} };
}

function editSpots(plan: FlowPlan, edit: JsonObject): readonly SecretSpot[] {
  const at = edit['at'];
  const graph = nodesOn(plan, typeof at === 'string' ? at : '').at(-1);
  if (graph?.kind !== 'graph') return [];
  return graph.keys.flatMap(({ name, secret }) => (secret ? [{ key: name, path: ['values', name] }] : []));
}

function redactValue(value: Json, spots: readonly SecretSpot[]): Redacted<Json> {
  const secrets: { [name: string]: string } = {};
  let redacted = value;
  for (const { key, path } of spots) {
    const found = path.reduce<Json | undefined>((at, step) => memberOf(at, step), value);
    if (found === undefined || found === null || found === MASK) continue;
    secrets[key] = typeof found === 'string' ? found : JSON.stringify(found);
    redacted = masked(redacted, path);
  }
  const texts = Object.values(secrets).filter((secret) => secret !== '');
  return { redacted: texts.length === 0 ? redacted : withoutTexts(redacted, texts), secrets };
}

function memberOf(value: Json | undefined, name: string): Json | undefined {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function masked(value: Json, path: readonly string[]): Json {
  const [step, ...rest] = path;
  if (step === undefined) return MASK;
  if (!isJsonObject(value)) return value;
  return { ...value, [step]: masked(value[step] ?? null, rest) };
}

/** JSON without certain texts. What a host gives is bounded in depth, so that this may recurse. */
function withoutTexts(value: Json, texts: readonly string[]): Json {
  if (typeof value === 'string') return texts.reduce((text, secret) => text.replaceAll(secret, MASK), value);
  if (Array.isArray(value)) return (value as readonly Json[]).map((item) => withoutTexts(item, texts));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, member]) =>
      member === undefined ? [] : [[withoutTexts(name, texts) as string, withoutTexts(member, texts)]],
    ),
  );
}
