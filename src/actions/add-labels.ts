import { tauError } from 'tau-core';
import { z } from 'zod';
import { callGithub, findInList, PAGE_ITEMS } from '../github/call-github.js';
import { type ActionScope, githubAction } from './action.js';
import { issue, issueParameters, issueText, names, repository } from './inputs.js';

/** Labels named in the message about missing ones. */
const NAMED_MAX = 30;

/** Adds labels. GitHub keeps those that are there already and says nothing of them, so a repetition changes nothing. */
export const addLabels = githubAction({
  name: 'github/add-labels@v1',
  description: 'Adds labels to an issue or pull request.',
  input: z.strictObject({
    repository,
    issue,
    labels: names('labels'),
    missing: z
      .enum(['create', 'refuse'])
      .default('create')
      .describe('what to do about labels that the repository does not have: create them, as GitHub does, or refuse'),
  }),
  run: async (input, scope) => {
    if (input.missing === 'refuse') await refuseMissing(input.repository, input.labels, scope);
    const { github, work } = scope;
    const what = `labels ${input.labels.join(', ')} on ${issueText(input)}`;
    const labels = await callGithub(github, { kind: 'write', what, signal: work.signal }, (request) =>
      github.rest.issues.addLabels({ ...issueParameters(input), labels: [...input.labels], request }),
    );
    return { issue: input.issue, labels: labels.map(({ id, name, url }) => ({ id, name, url })) };
  },
});

async function refuseMissing(repositoryName: string, labels: readonly string[], scope: ActionScope): Promise<void> {
  const { github, work } = scope;
  const { owner, repo } = issueParameters({ repository: repositoryName, issue: 1 });
  const call = { kind: 'read', what: `labels of ${repositoryName}`, signal: work.signal } as const;
  const wanted = new Set(labels.map((label) => label.toLowerCase()));
  const { items } = await findInList(
    (page) =>
      callGithub(github, call, (request) =>
        github.rest.issues.listLabelsForRepo({ owner, repo, per_page: PAGE_ITEMS, page, request }),
      ),
    ({ name }) => wanted.delete(name.toLowerCase()) && wanted.size === 0,
  );
  if (wanted.size === 0) return;
  const missing = labels.filter((label) => wanted.has(label.toLowerCase())).join(', ');
  const there = items.slice(0, NAMED_MAX).map(({ name }) => name);
  const message = `${repositoryName} has no label ${missing}; it has ${there.length === 0 ? 'none' : there.join(', ')}`;
  throw tauError('GITHUB_REFUSED', `${message}; create it there, or leave out "missing: refuse"`);
}
