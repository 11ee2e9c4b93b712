import { z } from 'zod';
import { callGithub } from '../github/call-github.js';
import { githubAction } from './action.js';
import { issue, issueParameters, issueText, repository } from './inputs.js';

/** Closes an issue. Closing a closed one changes at most its reason. */
export const closeIssue = githubAction({
  name: 'github/close-issue@v1',
  description: 'Closes an issue or pull request.',
  input: z.strictObject({
    repository,
    issue,
    reason: z.enum(['completed', 'not_planned', 'duplicate']).default('completed'),
  }),
  run: async (input, { github, work }) => {
    const what = `closing of ${issueText(input)}`;
    const closed = await callGithub(github, { kind: 'write', what, signal: work.signal }, (request) =>
      github.rest.issues.update({
        ...issueParameters(input),
        state: 'closed',
        state_reason: input.reason,
        request,
      }),
    );
    return { id: closed.id, url: closed.html_url, state: closed.state, reason: closed.state_reason ?? null };
  },
});
