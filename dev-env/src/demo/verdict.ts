import type { IssueState } from '../harness/read-back.ts';
import type { Expected, Story } from './stories.ts';

function sorted(names: readonly string[]): string {
  return [...names].sort().join(', ') || 'none';
}

function compare(what: string, wanted: string, actual: string): string[] {
  return wanted === actual ? [] : [`${what}: ${actual}, expected ${wanted}`];
}

/** Comments are right when each begins as expected, in order, and there is no other. */
function commentProblems(expected: Expected, actual: readonly string[]): string[] {
  if (actual.length !== expected.comments.length) {
    return [`${actual.length} comments, expected ${expected.comments.length}`];
  }
  return expected.comments.flatMap((start, index) =>
    actual[index]?.startsWith(start) === true ? [] : [`comment ${index + 1} does not begin with "${start}"`],
  );
}

/** What is wrong with one issue; empty when it is exactly as expected, and nothing was done to it twice. */
export function issueProblems(expected: Expected, actual: IssueState): readonly string[] {
  return [
    ...compare('labels', sorted(expected.labels), sorted(actual.labels)),
    ...compare('labels put on', sorted(expected.labels), sorted(actual.labelings)),
    ...compare('milestone', expected.milestone ?? 'none', actual.milestone ?? 'none'),
    ...compare('assignees', sorted(expected.assignees), sorted(actual.assignees)),
    ...commentProblems(expected, actual.comments),
  ];
}

/** What is wrong with all issues, one line each. Stories and issues are matched by their titles. */
export function storyProblems(stories: readonly Story[], issues: readonly IssueState[]): readonly string[] {
  const found = stories.flatMap((story) => {
    const matching = issues.filter((issue) => issue.title === story.title);
    const [issue] = matching;
    if (issue === undefined || matching.length !== 1)
      return [`"${story.title}": ${matching.length} issues, expected 1`];
    return issueProblems(story.expected, issue).map((problem) => `#${issue.number} "${issue.title}": ${problem}`);
  });
  if (issues.length !== stories.length) found.push(`${issues.length} issues in all, expected ${stories.length}`);
  return found;
}
