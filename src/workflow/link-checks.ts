import type { Entry } from '../expression/template-source.js';
import type {
  ActionDefinition,
  InputDefinition,
  JobDefinition,
  Permissions,
  StepDefinition,
  WorkflowDefinition,
} from './definition.js';
import { type Mention, mentionsIn, mentionsInEntries, mentionsInJob, mentionsInStep } from './expressions-of.js';
import { isSame } from './identifier.js';
import { expectation, inputValue } from './input-value.js';
import { beyond } from './permissions.js';

/** Something wrong between a caller and what it calls, in the caller's file. Without a place it concerns all of it. */
export interface Problem {
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

/** What is wrong with how a job calls a workflow, given what the job may do. */
export function callProblems(
  job: JobDefinition,
  callee: WorkflowDefinition,
  bound: Permissions | undefined,
): readonly Problem[] {
  const at = (message: string): Problem => ({ ...placed(job), message });
  const { call, file } = callee;
  if (callee.action !== undefined) return [at(`"${file}" is an action: a step calls it, not a job`)];
  if (call === undefined) return [at(`"${file}" cannot be called: add workflow_call to its "on"`)];
  return [
    ...inputProblems(job.with ?? [], call.inputs, file).map(at),
    ...secretProblems(job.secrets, call.secrets, file).map(at),
    ...permissionProblems(callee, bound).map(at),
  ];
}

/** What is wrong with how a step uses an action. */
export function actionProblems(step: StepDefinition, action: ActionDefinition, file: string): readonly Problem[] {
  return inputProblems(step.with, action.inputs, file).map((message) => ({ ...placed(step), message }));
}

function inputProblems(given: readonly Entry[], declared: readonly InputDefinition[], file: string): readonly string[] {
  const names = declared.map(({ name }) => name).join(', ') || 'none';
  const unknown = given
    .filter(({ name }) => !declared.some((input) => isSame(input.name, name)))
    .map(({ name }) => `"${file}" has no input "${name}"; it has ${names}`);
  const wrong = declared.flatMap((input) => {
    const entry = given.find(({ name }) => isSame(input.name, name));
    if (entry === undefined) {
      const isMissing = input.required && input.default === undefined && input.defaultFrom === undefined;
      return isMissing ? [`"${file}" requires the input "${input.name}": give it in "with"`] : [];
    }
    return isTaken(input, entry) ? [] : [`the input "${input.name}" of "${file}" must be ${expectation(input)}`];
  });
  return [...unknown, ...wrong];
}

/** Whether a value that is known now is one of the input's type; what an expression gives is seen when it runs. */
function isTaken(input: InputDefinition, { value }: Entry): boolean {
  if (value.kind === 'expression') return true;
  if (value.kind === 'text') return input.type === 'string' || input.type === 'choice';
  if (value.kind !== 'value') return false;
  if (value.value === null) return true;
  return typeof value.value !== 'object' && inputValue(input, value.value) !== undefined;
}

function secretProblems(
  given: JobDefinition['secrets'],
  declared: readonly { readonly name: string; readonly required: boolean }[],
  file: string,
): readonly string[] {
  if (given === 'inherit') return [];
  const names = Object.keys(given ?? {});
  const known = declared.map(({ name }) => name).join(', ') || 'none';
  const unknown = names
    .filter((name) => !declared.some((secret) => isSame(secret.name, name)))
    .map((name) => `"${file}" takes no secret "${name}"; it takes ${known}`);
  const missing = declared
    .filter((secret) => secret.required && !names.some((name) => isSame(secret.name, name)))
    .map(({ name }) => `"${file}" requires the secret "${name}": give it in "secrets", or write secrets: inherit`);
  return [...unknown, ...missing];
}

/** What is called may do less than its caller, never more. */
function permissionProblems(
  { file, permissions, jobs }: WorkflowDefinition,
  bound: Permissions | undefined,
): readonly string[] {
  if (bound === undefined) return [];
  const wanted = [permissions, ...jobs.map((job) => job.permissions)].flatMap((one) =>
    one === undefined ? [] : beyond(one, bound),
  );
  const advice = 'which the job that calls it has not: widen "permissions" here, or narrow them there';
  return wanted.length === 0 ? [] : [`"${file}" asks for ${[...new Set(wanted)].join(', ')}, ${advice}`];
}

/** Outputs that expressions of a workflow look for in the workflows that its jobs call, and that these do not have. */
export function outputProblems({ jobs, call }: WorkflowDefinition): readonly Problem[] {
  const mentions = [...jobs.flatMap(mentionsInCalling(jobs)), ...mentionsInEntries(call?.outputs)];
  return missing(mentions, ['needs', 'jobs'], (id) => {
    const { workflow } = jobs.find((job) => isSame(job.id, id)) ?? {};
    return workflow?.call === undefined ? undefined : { file: workflow.file, outputs: workflow.call.outputs };
  });
}

/** Jobs that need none that calls a workflow mention no output of one. */
function mentionsInCalling(jobs: readonly JobDefinition[]): (job: JobDefinition) => readonly Mention[] {
  const calling = new Set(jobs.filter(({ workflow }) => workflow !== undefined).map(({ id }) => id));
  return (job) => (job.needs.some((need) => calling.has(need)) ? mentionsInJob(job) : []);
}

/** The same for outputs of actions that are built in. */
export function stepOutputProblems(steps: readonly StepDefinition[], outputs: readonly Entry[]): readonly Problem[] {
  if (!steps.some(({ action }) => action !== undefined)) return [];
  const mentions = [...steps.flatMap(mentionsInStep), ...outputs.flatMap(({ value }) => mentionsIn(value))];
  return missing(mentions, ['steps'], (id) => {
    const { action } = steps.find((step) => step.id !== undefined && isSame(step.id, id)) ?? {};
    return action === undefined ? undefined : { file: action.file, outputs: action.outputs };
  });
}

function missing(
  mentions: readonly Mention[],
  contexts: readonly string[],
  calleeOf: (id: string) => { readonly file: string; readonly outputs: readonly Entry[] } | undefined,
): readonly Problem[] {
  return mentions.flatMap(({ names, source }) => {
    const [context = '', id, part, output] = names;
    if (
      !contexts.includes(context) ||
      id === undefined ||
      part === undefined ||
      !isSame(part, 'outputs') ||
      output === undefined
    )
      return [];
    const callee = calleeOf(id);
    if (callee === undefined || callee.outputs.some(({ name }) => isSame(name, output))) return [];
    const known = callee.outputs.map(({ name }) => name).join(', ') || 'none';
    const message = `"${callee.file}" has no output "${output}"; it has ${known}`;
    return [{ line: source.line, column: source.column, message }];
  });
}

function placed({ line, column }: JobDefinition | StepDefinition): { line?: number; column?: number } {
  return { ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
}
