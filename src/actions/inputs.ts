import { z } from 'zod';

/** Labels and assignees of one call. */
const NAMES_MAX = 100;
const REPOSITORY_PATTERN = /^[A-Za-z0-9][A-Za-z0-9_-]*\/[A-Za-z0-9._-]+$/;

/** `owner/name`. */
export const repository = z.string().trim().regex(REPOSITORY_PATTERN, 'write it as owner/name').describe('owner/name');

/** The number of an issue or a pull request. Expressions often give it as text. */
export const issue = z.coerce.number().int().positive().describe('the number of an issue or pull request');

/** Names as a list, or as one text with commas, with doubles removed. */
export function names(what: string) {
  return z
    .union([z.array(z.string()), z.string()])
    .transform((value) => {
      const parts = typeof value === 'string' ? value.split(',') : value;
      return [...new Set(parts.map((part) => part.trim()).filter((part) => part !== ''))];
    })
    .pipe(z.array(z.string()).min(1, `name at least one of the ${what}`).max(NAMES_MAX))
    .describe(`${what}: a list, or one text with commas`);
}

/** What every action on an issue needs. */
export interface IssueInput {
  readonly repository: string;
  readonly issue: number;
}

/** An issue as the parameters of GitHub's API. */
export interface IssueParameters {
  readonly owner: string;
  readonly repo: string;
  readonly issue_number: number;
}

export function issueParameters(input: IssueInput): IssueParameters {
  const [owner = '', repo = ''] = input.repository.split('/');
  return { owner, repo, issue_number: input.issue };
}

/** An issue as people write it, e.g. `octo/shop#7`. */
export function issueText(input: IssueInput): string {
  return `${input.repository}#${input.issue}`;
}
