import type { TriggerFilter } from './definition.js';

/** What a trigger may be narrowed by, besides `types`. */
export type FilterKey = keyof typeof FILTER_MEMBERS;

/** A filter's key in a workflow, and its name in a definition. */
export const FILTER_MEMBERS = {
  branches: 'branches',
  'branches-ignore': 'branchesIgnore',
  tags: 'tags',
  'tags-ignore': 'tagsIgnore',
  paths: 'paths',
  'paths-ignore': 'pathsIgnore',
  workflows: 'workflows',
  labels: 'labels',
} as const satisfies Readonly<Record<string, keyof TriggerFilter>>;

const BRANCHES: readonly FilterKey[] = ['branches', 'branches-ignore'];

const LABELS: readonly FilterKey[] = ['labels'];

/** What each event may be narrowed by: GitHub's filters, and `labels` where the event tells of an issue's or pull request's. */
const EVENT_FILTERS: Readonly<Record<string, readonly FilterKey[]>> = {
  push: [...BRANCHES, 'tags', 'tags-ignore', 'paths', 'paths-ignore'],
  pull_request: [...BRANCHES, ...LABELS],
  pull_request_review: LABELS,
  pull_request_review_comment: LABELS,
  pull_request_review_thread: LABELS,
  issues: LABELS,
  issue_comment: LABELS,
  discussion: LABELS,
  discussion_comment: LABELS,
  merge_group: BRANCHES,
  workflow_run: [...BRANCHES, 'workflows'],
};

/** What an event may be narrowed by, besides `types`. */
export function filtersOf(event: string): readonly FilterKey[] {
  return Object.hasOwn(EVENT_FILTERS, event) ? (EVENT_FILTERS[event] ?? []) : [];
}

export function isFilterKey(key: string): key is FilterKey {
  return Object.hasOwn(FILTER_MEMBERS, key);
}
