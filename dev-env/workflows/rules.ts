import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../scripts/libraries.ts';
import type { WorkflowFile, WorkflowStep } from './workflow-file.ts';

/** What jobs may write, by the workflow's file name. Everything else only reads. */
const MAY_WRITE: Readonly<Record<string, readonly string[]>> = {
  'release.yml': ['contents', 'id-token'],
  'pins.yml': ['contents', 'pull-requests', 'actions'],
};

/** A job that hangs costs money until its limit; GitHub's own is 6 hours. */
const TIMEOUT_MINUTES_MAX = 90;

const PINNED = /^[\w-]+\/[\w.-]+@[0-9a-f]{40}$/;

/** What is wrong with a workflow by TAU's rules, one line each. */
export function ruleProblems(file: WorkflowFile): readonly string[] {
  const { workflow, path } = file;
  const found = [...permissionProblems(file)];
  if (workflow.concurrency === undefined) found.push('it names no concurrency group');
  if (/^\s*pull_request_target:/m.test(file.text)) found.push('pull_request_target runs strangers with rights');
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const minutes = job['timeout-minutes'];
    if (minutes === undefined || minutes > TIMEOUT_MINUTES_MAX) {
      found.push(`job "${name}" needs timeout-minutes of at most ${TIMEOUT_MINUTES_MAX}`);
    }
    const mayPush = job.permissions?.['contents'] === 'write';
    for (const step of job.steps)
      found.push(...stepProblems(file, step, mayPush).map((why) => `job "${name}": ${why}`));
  }
  return found.map((why) => `${path}: ${why}`);
}

function permissionProblems({ path, workflow }: WorkflowFile): readonly string[] {
  const found: string[] = [];
  const name = path.split('/').at(-1) ?? '';
  if (workflow.permissions === undefined) found.push('it names no permissions');
  for (const [scope, access] of Object.entries(workflow.permissions ?? {})) {
    if (access === 'write') found.push(`"${scope}: write" belongs to the job that needs it`);
  }
  for (const job of Object.values(workflow.jobs)) {
    for (const [scope, access] of Object.entries(job.permissions ?? {})) {
      if (access === 'write' && !MAY_WRITE[name]?.includes(scope)) found.push(`it must not write "${scope}"`);
    }
  }
  return found;
}

function stepProblems(file: WorkflowFile, step: WorkflowStep, mayPush: boolean): readonly string[] {
  const found: string[] = [];
  if (step.uses !== undefined) {
    if (!PINNED.test(step.uses)) found.push(`"${step.uses}" is not pinned to a commit`);
    else if (!new RegExp(`${step.uses} # v\\d+\\.\\d+\\.\\d+$`, 'm').test(file.text)) {
      found.push(`"${step.uses}" needs its version behind it, as "# v1.2.3"`);
    }
    const keeps = step.with?.['persist-credentials'] !== false;
    if (step.uses.startsWith('actions/checkout@') && keeps && !mayPush) {
      found.push('a checkout that pushes nothing must not keep credentials');
    }
  }
  if (step.run?.includes('${{') === true) found.push(`a script takes values from "env", not from \${{ }}: ${step.run}`);
  for (const name of commandsOf(step.run ?? '').filter((command) => !isThere(file.home, command))) {
    found.push(`there is no "${name}"`);
  }
  return found;
}

/** What a script calls of its repository: `make <target>`, `npm run <script>`, `.ci/run`. */
export function commandsOf(script: string): readonly string[] {
  const called = [
    ...script.matchAll(/\b(make [a-z][\w-]*|npm run (?:--silent )?[a-z][\w:-]*|npm test)|(\.[\w-]+\/[\w/.-]+)/g),
  ];
  return called.map(([text]) => text.replace('--silent ', ''));
}

function isThere(home: string, command: string): boolean {
  const [program, ...words] = command.split(' ');
  const folder = join(ROOT, home);
  if (program === 'make') return new RegExp(`^${words[0]}:`, 'm').test(readFileSync(join(folder, 'Makefile'), 'utf8'));
  if (program !== 'npm') return existsSync(join(folder, command));
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { scripts: object };
  return (words.at(-1) ?? '') in scripts;
}

/** Actions that are pinned to different commits in different files. */
export function pinProblems(files: readonly WorkflowFile[]): readonly string[] {
  const commits = new Map<string, string>();
  const found: string[] = [];
  for (const { path, text } of files) {
    for (const [, action = '', commit = ''] of text.matchAll(/uses: ([\w./-]+)@(\S+)/g)) {
      const first = commits.get(action) ?? commit;
      commits.set(action, first);
      if (first !== commit) found.push(`${path}: ${action} is at ${commit} here and at ${first} elsewhere`);
    }
  }
  return found;
}
