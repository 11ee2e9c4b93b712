// A workflow file in the form of GitHub Actions', run in this process with functions for its actions.
// Answers: how do I run a workflow without a server?
import { readFileSync } from 'node:fs';
import { workflowFrom } from 'tau-orchestrate';
import { runLocal } from 'tau-orchestrate/local';

const triage = workflowFrom(readFileSync(new URL('triage.yml', import.meta.url), 'utf8'), 'triage.yml');

const opened = {
  action: 'opened',
  issue: { number: 12, title: 'The shop crashes' },
  repository: { full_name: 'octo/shop' },
  sender: { login: 'mona' },
};

const run = runLocal(triage, {
  event: { id: '1', source: 'github/octo/shop', type: 'github.issues.opened', data: JSON.stringify(opened) },
  handlers: {
    'action:example/classify@v1': ({ title }) => ({ labels: /crash/.test(String(title)) ? ['bug', 'urgent'] : [] }),
    'action:github/add-labels@v1': ({ issue, labels }) => {
      console.log(`label #${issue}: ${labels}`);
      return null;
    },
    'action:github/comment@v1': ({ issue, body }) => {
      console.log(`comment on #${issue}: ${body}`);
      return { id: 1 };
    },
  },
});
const { outcome } = await run.ended;
console.log(outcome.kind);
