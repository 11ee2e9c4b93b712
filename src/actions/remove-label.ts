import { TauError } from 'tau-core';
import { z } from 'zod';
import { callGithub, PAGE_ITEMS } from '../github/call-github.js';
import { githubAction } from './action.js';
import { issue, issueParameters, issueText, repository } from './inputs.js';

/** Removes a label. One that the issue does not have is no error: that is what was wanted. */
export const removeLabel = githubAction({
  name: 'github/remove-label@v1',
  description: 'Removes a label from an issue or pull request, if it is there.',
  input: z.strictObject({ repository, issue, label: z.string().trim().min(1) }),
  run: async (input, { github, work }) => {
    const { signal } = work;
    const what = `removal of label ${input.label} from ${issueText(input)}`;
    try {
      await callGithub(github, { kind: 'write', what, signal }, (request) =>
        github.rest.issues.removeLabel({ ...issueParameters(input), name: input.label, request }),
      );
      return { issue: input.issue, label: input.label, removed: true };
    } catch (error) {
      if (!(error instanceof TauError && error.is('GITHUB_NOT_FOUND'))) throw error;
      // GitHub says 404 both for a label that the issue lacks and for an issue that is not there.
      await callGithub(github, { kind: 'read', what, signal }, (request) =>
        github.rest.issues.listLabelsOnIssue({ ...issueParameters(input), per_page: PAGE_ITEMS, request }),
      );
      return { issue: input.issue, label: input.label, removed: false };
    }
  },
});
