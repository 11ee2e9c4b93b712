import { compileExpression } from '../expression/expression.js';
import type { Entry, ExpressionSource, Template } from '../expression/template-source.js';
import { type ContextPath, contextPaths } from './context-paths.js';
import type { JobDefinition, StepDefinition } from './definition.js';
import { WORKFLOW_DIALECT } from './expression-dialect.js';

/** What an expression looks at, with the expression. */
export interface Mention extends ContextPath {
  readonly source: ExpressionSource;
}

/** All that the expressions of a value look at. */
export function mentionsIn(template: Template | undefined): readonly Mention[] {
  switch (template?.kind) {
    case 'expression':
      return mentionsOf(template.source);
    case 'text':
      return template.parts.flatMap((part) => (typeof part === 'string' ? [] : mentionsOf(part)));
    case 'list':
      return template.items.flatMap(mentionsIn);
    case 'map':
      return mentionsInEntries(template.entries);
    default:
      return [];
  }
}

export function mentionsInEntries(entries: readonly Entry[] | undefined): readonly Mention[] {
  return (entries ?? []).flatMap(({ value }) => mentionsIn(value));
}

/** All that the expressions of a job look at, those of its steps included. */
export function mentionsInJob(job: JobDefinition): readonly Mention[] {
  const { strategy, concurrency, defaults } = job;
  const templates = [
    job.name,
    job.timeoutMinutes,
    job.continueOnError,
    strategy?.matrix,
    strategy?.failFast,
    strategy?.maxParallel,
    concurrency?.group,
    concurrency?.cancelInProgress,
    defaults?.shell,
    defaults?.workingDirectory,
  ];
  return [
    ...mentionsOf(job.if),
    ...templates.flatMap(mentionsIn),
    ...[job.env, job.outputs, job.with].flatMap(mentionsInEntries),
    ...job.steps.flatMap(mentionsInStep),
  ];
}

export function mentionsInStep(step: StepDefinition): readonly Mention[] {
  const templates = [step.name, step.run, step.shell, step.workingDirectory, step.timeoutMinutes, step.continueOnError];
  return [
    ...mentionsOf(step.if),
    ...templates.flatMap(mentionsIn),
    ...mentionsInEntries(step.with),
    ...mentionsInEntries(step.env),
  ];
}

const known = new WeakMap<ExpressionSource, readonly Mention[]>();

function mentionsOf(source: ExpressionSource | undefined): readonly Mention[] {
  if (source === undefined) return [];
  const before = known.get(source);
  if (before !== undefined) return before;
  const { root } = compileExpression(source, WORKFLOW_DIALECT);
  const mentions = root === undefined ? [] : contextPaths(root).map((path) => ({ ...path, source }));
  known.set(source, mentions);
  return mentions;
}
