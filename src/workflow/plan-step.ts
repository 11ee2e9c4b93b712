import { callId } from 'tau-core';
import { compileExpression } from '../expression/expression.js';
import { compileEntries } from '../expression/template.js';
import type { Template } from '../expression/template-source.js';
import type { ActionDefinition, RunDefaults, StepDefinition } from './definition.js';
import { WORKFLOW_DIALECT } from './expression-dialect.js';
import type { ActionPlan, ScriptPlan, StepPlan, StepsPlan } from './job-plan.js';
import { actionFiles } from './local-path.js';
import { compileEnv, findSecrets, findSecretsIn } from './secret-places.js';
import {
  compileBoolean,
  compileDefaults,
  compileOutput,
  compileText,
  compileTimeoutMs,
  compileValue,
} from './template.js';
import { SHELL_CAPABILITY } from './tool-capabilities.js';

/** GitHub's limit of composite actions within each other; a definition that was not linked here may have any number. */
export const ACTION_DEPTH_MAX = 10;

/** Where steps stand: the id of their job, what scripts take when they do not say it, and how many actions are around. */
interface StepsPlace {
  readonly job: string;
  readonly defaults?: RunDefaults;
  readonly depth?: number;
}

/** The steps of a job or of a composite action. */
export function compileSteps(steps: readonly StepDefinition[], place: StepsPlace): StepsPlan {
  return {
    steps: steps.map((step, index) => compileStep(step, index, place)),
    stepIndex: new Map(steps.flatMap(({ id }, index) => (id === undefined ? [] : [[id.toLowerCase(), index]]))),
  };
}

function compileStep(step: StepDefinition, index: number, place: StepsPlace): StepPlan {
  const key = step.id ?? String(index);
  const depth = (place.depth ?? 0) + 1;
  const action = step.action !== undefined && depth <= ACTION_DEPTH_MAX ? compileAction(step.action, depth) : undefined;
  return {
    key,
    label: step.id ?? `${index + 1} (${step.uses ?? 'run'})`,
    hasId: step.id !== undefined,
    callId: callId(`${place.job}.${key}`),
    uses: step.uses,
    capability: step.uses === undefined ? SHELL_CAPABILITY : `action:${step.uses}`,
    run: step.run && compileScript(step, step.run, place.defaults ?? {}),
    action,
    lacks: action === undefined ? lackOf(step) : undefined,
    name: step.name && compileText(step.name),
    condition: step.if && compileExpression(step.if, WORKFLOW_DIALECT),
    env: compileEnv(step.env),
    input: compileEntries(step.with, compileValue),
    secrets: findSecretsIn(step.with),
    timeoutMs: step.timeoutMinutes && compileTimeoutMs(step.timeoutMinutes),
    continueOnError: step.continueOnError && compileBoolean(step.continueOnError),
    hashes: hashesFiles(step),
  };
}

function compileScript(step: StepDefinition, run: Template, defaults: RunDefaults): ScriptPlan {
  const shell = step.shell ?? defaults.shell;
  const workingDirectory = step.workingDirectory ?? defaults.workingDirectory;
  return {
    script: compileText(run),
    secrets: findSecrets(run, '/script'),
    shell: shell && compileText(shell),
    workingDirectory: workingDirectory && compileText(workingDirectory),
  };
}

function compileAction(action: ActionDefinition, depth: number): ActionPlan {
  return {
    definition: action,
    defaults: compileDefaults(action.inputs),
    outputs: action.outputs.length === 0 ? undefined : compileEntries(action.outputs, compileOutput),
    ...compileSteps(action.steps, { job: '', depth }),
  };
}

/** What a step refers to and its definition does not have; undefined when nothing. */
function lackOf({ uses, action }: StepDefinition): string | undefined {
  if (action !== undefined) return `more than ${ACTION_DEPTH_MAX} composite actions are within each other here`;
  const [file] = actionFiles(uses ?? '');
  return file === undefined
    ? undefined
    : `there is no action "${file}": put that file in its place, and start a new run`;
}

/** A text that may call `hashFiles`; one that only has the word in a string costs a check, and no more. */
const HASH = /hashfiles\s*\(/i;

function hashesFiles({ action: _, ...step }: StepDefinition): boolean {
  return HASH.test(JSON.stringify(step));
}
