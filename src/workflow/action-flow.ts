import { type Json, type JsonObject, later } from 'tau-core';
import { attempt } from '../expression/expression.js';
import type { ActionStarted } from './event.js';
import type { HashBook } from './hash-book.js';
import type { ActionPlan } from './job-plan.js';
import { envAt, type Level, stepName } from './level.js';
import { outputValue } from './outputs.js';
import { Scope } from './scope.js';
import type { SecretParts } from './secret-parts.js';
import { escaped, masked, ownEnv } from './secret-places.js';
import type { Outputs } from './state.js';
import { concludeStep } from './step-end.js';
import type { StepPlace } from './step-place.js';
import type { Writable } from './writable.js';

/**
 * Makes a composite action ready; what it gives begins its steps.
 *
 * @throws TauError EXPRESSION_FAILED.
 */
export function prepareAction(place: StepPlace, action: ActionPlan, scope: Scope, hashes?: HashBook): () => void {
  const { draft, job, level, step, running } = place;
  const given = step.input(scope);
  const secrets = step.secrets?.(scope);
  const { inputs, inputSecrets } = inputsOf(
    action,
    scope,
    secrets === undefined ? given : masked(given, secrets),
    secrets,
  );
  const around = { plan: draft.plan, state: draft.state, job, running, level, env: envAt(level, running) };
  const env = step.env && ownEnv(step.env, new Scope({ ...around, ...(hashes === undefined ? {} : { hashes }) }));
  const timeoutMs = step.timeoutMs?.(scope);
  const name = step.name === undefined ? undefined : attempt(() => step.name?.(scope));
  return () => {
    const started: Writable<ActionStarted> = {
      type: 'ActionStarted',
      job: job.path,
      step: stepName(level, step),
      uses: step.uses ?? action.definition.file,
      inputs,
    };
    if (name?.ok && name.value !== undefined) started.name = name.value;
    if (inputSecrets !== undefined) started.inputSecrets = inputSecrets;
    if (env !== undefined) started.env = env.env;
    if (env?.secrets !== undefined) started.envSecrets = env.secrets;
    if (timeoutMs !== undefined) started.deadline = later(draft.now, timeoutMs);
    draft.happen(started);
  };
}

/** Ends a composite action, all of whose steps have ended: it comes to what they came to. */
export function completeAction(place: StepPlace, level: Level): void {
  const { draft, job, running, step } = place;
  const { status, error } = level.at;
  const scope = new Scope({ plan: draft.plan, state: draft.state, job, running, level, env: envAt(level, running) });
  const outputs = attempt((): Outputs => step.action?.outputs?.(scope) ?? {});
  if (!outputs.ok && status === 'success') return concludeStep(place, { outcome: 'failure', error: outputs.error });
  concludeStep(place, {
    outcome: status,
    ...(outputs.ok ? { outputs: outputs.value } : {}),
    ...(error === undefined ? {} : { error }),
  });
}

interface ActionInputs {
  readonly inputs: JsonObject;
  readonly inputSecrets?: { readonly [name: string]: SecretParts };
}

/** Inputs of an action: text, as at GitHub, but for lists and maps. Those that it does not declare are left out. */
function inputsOf(
  { definition, defaults }: ActionPlan,
  scope: Scope,
  given: JsonObject,
  secrets: { readonly [pointer: string]: SecretParts } | undefined,
): ActionInputs {
  const inputs: { [name: string]: Json } = {};
  const inputSecrets: { [name: string]: SecretParts } = {};
  for (const { name, default: value } of definition.inputs) {
    const lower = name.toLowerCase();
    const as = Object.keys(given).find((other) => other.toLowerCase() === lower);
    const own = as === undefined ? undefined : given[as];
    inputs[name] = outputValue(own ?? defaults.get(name)?.(scope) ?? value ?? null);
    const parts = as === undefined ? undefined : secrets?.[`/${escaped(as)}`];
    if (parts !== undefined) inputSecrets[name] = parts;
  }
  return Object.keys(inputSecrets).length === 0 ? { inputs } : { inputs, inputSecrets };
}
