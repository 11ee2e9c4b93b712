import { tauError } from 'tau-core';
import { z } from 'zod';
import { callGithub, findInList, PAGE_ITEMS } from '../github/call-github.js';
import { type ActionScope, githubAction } from './action.js';
import { issue, issueParameters, issueText, repository } from './inputs.js';

/** Titles named in the message about a milestone that is not there. */
const NAMED_MAX = 30;

/** Puts an issue into a milestone. */
export const setMilestone = githubAction({
  name: 'github/set-milestone@v1',
  description: 'Puts an issue or pull request into a milestone, given by its title or its number.',
  input: z.strictObject({
    repository,
    issue,
    milestone: z.union([z.number().int().positive(), z.string().trim().min(1)]).describe('title or number'),
  }),
  run: async (input, scope) => {
    const { github, work } = scope;
    const { milestone } = input;
    const number = typeof milestone === 'number' ? milestone : await numberOf(milestone, input.repository, scope);
    const what = `milestone ${milestone} on ${issueText(input)}`;
    const updated = await callGithub(github, { kind: 'write', what, signal: work.signal }, (request) =>
      github.rest.issues.update({ ...issueParameters(input), milestone: number, request }),
    );
    if (updated.milestone?.number !== number) {
      // Without push access GitHub answers 200 and leaves the milestone as it was.
      throw tauError(
        'GITHUB_REFUSED',
        `${what}: GitHub left it as it was; the token needs write access to the repository`,
      );
    }
    const { title, html_url: url } = updated.milestone;
    return { id: updated.id, url: updated.html_url, milestone: { number, title, url } };
  },
});

/** The number of the milestone with a title; a title of digits alone that no milestone has is a number itself. */
async function numberOf(title: string, repositoryName: string, scope: ActionScope): Promise<number> {
  const { github, work } = scope;
  const { owner, repo } = issueParameters({ repository: repositoryName, issue: 1 });
  const call = { kind: 'read', what: `milestones of ${repositoryName}`, signal: work.signal } as const;
  const { items, found } = await findInList(
    (page) =>
      callGithub(github, call, (request) =>
        github.rest.issues.listMilestones({ owner, repo, state: 'all', per_page: PAGE_ITEMS, page, request }),
      ),
    (milestone) => milestone.title === title,
  );
  if (found !== undefined) return found.number;
  if (/^[1-9]\d{0,8}$/.test(title)) return Number(title);
  const there = items.slice(0, NAMED_MAX).map((milestone) => `"${milestone.title}"`);
  const has = there.length === 0 ? 'none' : there.join(', ');
  throw tauError('GITHUB_NOT_FOUND', `${repositoryName} has no milestone "${title}"; it has ${has}`);
}
