import type { Diagnostic, Parsed } from 'tau-core';
import type { ActionDefinition, JobDefinition, Permissions, StepDefinition, WorkflowDefinition } from './definition.js';
import { DIAGNOSTICS_MAX } from './findings.js';
import { actionProblems, callProblems, outputProblems, type Problem, stepOutputProblems } from './link-checks.js';
import { actionFiles, workflowFile } from './local-path.js';

/** Levels of workflows that call each other, the first one included. */
export const WORKFLOW_LEVELS_MAX = 10;

/** Levels of actions that use each other, as at GitHub. */
export const ACTION_LEVELS_MAX = 10;

/** Jobs and steps of a definition with all that is built in: a state has a place for each. */
export const LINKED_PARTS_MAX = 10_000;

/** What is to be told of a file that is there and cannot be read. */
export interface Unreadable {
  readonly diagnostics: readonly Diagnostic[];
}

/** Gives a definition of a workflow or an action by the path of its file from the repository's root, or why there is none. */
export type Lookup = (file: string) => WorkflowDefinition | Unreadable | undefined;

/**
 * Builds in what a definition refers to: the workflows that its jobs call and the actions that its steps use, and what
 * these refer to in turn. Inputs, secrets, permissions and outputs are checked against what is called. Pure, and the same
 * for a definition that is linked already.
 */
export function link(definition: WorkflowDefinition, lookup: Lookup): Parsed<WorkflowDefinition> {
  const linker = new Linker(lookup);
  const { action } = definition;
  const linked =
    action === undefined
      ? linker.workflow(definition, { chain: [definition.file], bound: undefined })
      : { ...definition, action: linker.action(action, [definition.file]) };
  const diagnostics = linker.diagnostics();
  return diagnostics.length > 0 ? { ok: false, diagnostics } : { ok: true, definition: linked };
}

interface Place {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/** Where a workflow stands: the files that led to it, itself last, and what its caller may do. */
interface Standing {
  readonly chain: readonly string[];
  readonly bound: Permissions | undefined;
}

class Linker {
  readonly #lookup: Lookup;
  readonly #found = new Map<string, Diagnostic>();
  #parts = 0;

  constructor(lookup: Lookup) {
    this.#lookup = lookup;
  }

  diagnostics(): readonly Diagnostic[] {
    const files = [...new Set([...this.#found.values()].map(({ file }) => file))];
    const order = (at: Diagnostic): number => files.indexOf(at.file);
    return [...this.#found.values()]
      .sort((a, b) => order(a) - order(b) || a.line - b.line || a.column - b.column)
      .slice(0, DIAGNOSTICS_MAX);
  }

  workflow(definition: WorkflowDefinition, { chain, bound }: Standing): WorkflowDefinition {
    const jobs = definition.jobs.map((job): JobDefinition => {
      if (!this.#takes({ file: definition.file, ...placeIn(job) }, 1 + job.steps.length)) return job;
      const grants = job.permissions ?? definition.permissions ?? bound;
      const { workflow: _, ...rest } = job;
      const called = this.#called(job, definition, { chain, bound: grants });
      const steps = this.#steps(job.steps, definition.file, chain.slice(-1));
      for (const problem of stepOutputProblems(steps, job.outputs)) this.#report(definition.file, problem);
      return { ...rest, ...(called === undefined ? {} : { workflow: called }), steps };
    });
    const linked = { ...definition, jobs };
    for (const problem of outputProblems(linked)) this.#report(definition.file, problem);
    return linked;
  }

  action(action: ActionDefinition, chain: readonly string[]): ActionDefinition {
    if (!this.#takes({ file: action.file }, action.steps.length)) return action;
    const steps = this.#steps(action.steps, action.file, chain);
    for (const problem of stepOutputProblems(steps, action.outputs)) this.#report(action.file, problem);
    return { ...action, steps };
  }

  /** The workflow that a job calls, linked; undefined when it calls none, or when there is none to be had. */
  #called(job: JobDefinition, caller: WorkflowDefinition, standing: Standing): WorkflowDefinition | undefined {
    if (job.uses === undefined) return undefined;
    const file = workflowFile(job.uses);
    const place = { file: caller.file, ...placeIn(job) };
    const { chain } = standing;
    if (chain.includes(file)) return this.#stop(place, `this calls itself: ${[...chain, file].join(' -> ')}`);
    if (chain.length >= WORKFLOW_LEVELS_MAX) {
      const found = [...chain, file].join(' -> ');
      return this.#stop(
        place,
        `workflows may call each other ${WORKFLOW_LEVELS_MAX} levels deep, and here are more: ${found}`,
      );
    }
    const callee = this.#lookup(file);
    if (callee !== undefined && 'diagnostics' in callee) return this.#pass(callee);
    if (callee === undefined)
      return this.#stop(
        place,
        `there is no workflow "${file}": add it, or correct the path, which starts at the repository's root`,
      );
    for (const problem of callProblems(job, callee, standing.bound)) this.#report(caller.file, problem);
    if (callee.call === undefined) return undefined;
    return this.workflow(callee, { chain: [...chain, file], bound: standing.bound });
  }

  #steps(steps: readonly StepDefinition[], file: string, chain: readonly string[]): readonly StepDefinition[] {
    return steps.map((step) => {
      const { action: _, ...rest } = step;
      const action = this.#used(step, file, chain);
      return action === undefined ? rest : { ...rest, action };
    });
  }

  /** The action of a file that a step uses, linked. */
  #used(step: StepDefinition, user: string, chain: readonly string[]): ActionDefinition | undefined {
    const files = actionFiles(step.uses ?? '');
    if (files.length === 0) return undefined;
    const place = { file: user, ...placeIn(step) };
    const file = files.find((one) => this.#lookup(one) !== undefined);
    const found = file === undefined ? undefined : this.#lookup(file);
    if (found !== undefined && 'diagnostics' in found) return this.#pass(found);
    const action = found?.action;
    if (file === undefined)
      return this.#stop(place, `there is no action "${step.uses}": add ${files.join(' or ')}, or correct the path`);
    if (action === undefined) return this.#stop(place, `"${file}" is no action: write runs: { using: composite }`);
    if (chain.includes(file)) return this.#stop(place, `this uses itself: ${[...chain, file].join(' -> ')}`);
    // The chain begins with the file that is no action's level, or with the first action.
    if (chain.length > ACTION_LEVELS_MAX) {
      const levels = [...chain, file].join(' -> ');
      return this.#stop(
        place,
        `actions may use each other ${ACTION_LEVELS_MAX} levels deep, and here are more: ${levels}`,
      );
    }
    for (const problem of actionProblems(step, action, file)) this.#report(user, problem);
    return this.action(action, [...chain, file]);
  }

  /** Counts what is built in, so that a few files cannot grow into a definition of any size. */
  #takes(place: Place, parts: number): boolean {
    const before = this.#parts;
    this.#parts += parts;
    if (this.#parts <= LINKED_PARTS_MAX) return true;
    if (before <= LINKED_PARTS_MAX)
      this.#report(place.file, {
        ...place,
        message: `with all that it calls a workflow may have ${LINKED_PARTS_MAX} jobs and steps, and here are more`,
      });
    return false;
  }

  #stop(place: Place, message: string): undefined {
    this.#report(place.file, { ...place, message });
    return undefined;
  }

  /** What is wrong with a file is told at its own places. */
  #pass({ diagnostics }: Unreadable): undefined {
    for (const { file, ...problem } of diagnostics) this.#report(file, problem);
    return undefined;
  }

  #report(file: string, { line = 1, column = 1, message }: Problem): void {
    this.#found.set(`${file}:${line}:${column}:${message}`, { file, line, column, message });
  }
}

/** Definitions of 0.1 do not say where their parts stand. */
function placeIn({ line, column }: JobDefinition | StepDefinition): { line?: number; column?: number } {
  return { ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
}
