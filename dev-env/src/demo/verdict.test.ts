import { expect, test } from 'vitest';
import type { IssueState } from '../harness/read-back.ts';
import { manyStories, STORIES, type Story } from './stories.ts';
import { issueProblems, storyProblems } from './verdict.ts';

function asExpected(story: Story, number = 1): IssueState {
  const { labels, milestone, assignees, comments } = story.expected;
  return { number, title: story.title, labels, milestone, assignees, comments, labelings: labels };
}

const p0 = STORIES.find((story) => story.expected.assignees.length > 0);
if (p0 === undefined) throw new Error('no story is a P0');

test('issues as expected have no problem, in whatever order their labels came', () => {
  const issues = STORIES.map((story, index) => {
    const issue = asExpected(story, index + 1);
    return { ...issue, labels: issue.labels.toReversed() };
  });
  expect(storyProblems(STORIES, issues)).toEqual([]);
});

test.each<[string, Partial<IssueState>]>([
  ['a missing label', { labels: ['triaged', 'bug'] }],
  ['a label that was put on twice', { labelings: ['triaged', 'bug', 'bug', 'priority: p0'] }],
  ['a missing milestone', { milestone: undefined }],
  ['a wrong assignee', { assignees: ['rita'] }],
  ['a repeated comment', { comments: [...p0.expected.comments, ...p0.expected.comments] }],
  ['another comment', { comments: ['Hello.'] }],
])('%s is told', (_, difference) => {
  expect(issueProblems(p0.expected, { ...asExpected(p0), ...difference })).toHaveLength(1);
});

test('a story without an issue, and an issue without a story, are told', () => {
  const [first] = STORIES;
  if (first === undefined) throw new Error('there are no stories');
  expect(storyProblems([first], [])).toHaveLength(2);
  expect(storyProblems([], [asExpected(first)])).toEqual(['1 issues in all, expected 0']);
});

test('many stories have titles of their own', () => {
  const titles = manyStories(50).map(({ title }) => title);
  expect(new Set(titles).size).toBe(50);
});
