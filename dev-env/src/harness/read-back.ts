import type { GithubRest } from './github-rest.ts';

/** What became of one issue, as the stand-in tells it. */
export interface IssueState {
  readonly number: number;
  readonly title: string;
  readonly labels: readonly string[];
  readonly milestone: string | undefined;
  readonly assignees: readonly string[];
  readonly comments: readonly string[];
  /** Labels in the order in which they were put on; one that was put on twice is here twice. */
  readonly labelings: readonly string[];
}

/** Reads every issue back through the REST API, oldest first. */
export async function readBack(github: GithubRest): Promise<readonly IssueState[]> {
  const states: IssueState[] = [];
  for (const issue of await github.issues()) {
    const comments = await github.comments(issue.number);
    const events = await github.issueEvents(issue.number);
    states.push({
      number: issue.number,
      title: issue.title,
      labels: issue.labels.map(({ name }) => name),
      milestone: issue.milestone?.title,
      assignees: issue.assignees.map(({ login }) => login),
      comments: comments.map(({ body }) => body),
      labelings: events.filter(({ event }) => event === 'labeled').map(({ label }) => label?.name ?? ''),
    });
  }
  return states;
}
