import { tauError } from 'tau-core';
import { z } from 'zod';
import { callGithub } from '../github/call-github.js';
import { githubAction } from './action.js';
import { issue, issueParameters, issueText, names, repository } from './inputs.js';

/** What GitHub takes. */
const ASSIGNEES_MAX = 10;

/** Assigns people. GitHub keeps those who are assigned already, and silently leaves out those who cannot be. */
export const assign = githubAction({
  name: 'github/assign@v1',
  description: 'Assigns people to an issue or pull request, beside those who are assigned already.',
  input: z.strictObject({
    repository,
    issue,
    assignees: names('assignees')
      .transform((logins) => logins.map((login) => login.replace(/^@/, '')))
      .pipe(z.array(z.string()).max(ASSIGNEES_MAX)),
  }),
  run: async (input, { github, work }) => {
    const { assignees } = input;
    const what = `assignment of ${assignees.join(', ')} to ${issueText(input)}`;
    const updated = await callGithub(github, { kind: 'write', what, signal: work.signal }, (request) =>
      github.rest.issues.addAssignees({ ...issueParameters(input), assignees: [...assignees], request }),
    );
    const assigned = (updated.assignees ?? []).map(({ login }) => login);
    const there = new Set(assigned.map((login) => login.toLowerCase()));
    const left = assignees.filter((login) => !there.has(login.toLowerCase()));
    if (left.length > 0) {
      const message = `${what}: GitHub left out ${left.join(', ')}; assign people with access to the repository`;
      throw tauError('GITHUB_REFUSED', message, { details: { assigned } });
    }
    return { id: updated.id, url: updated.html_url, assignees: assigned };
  },
});
