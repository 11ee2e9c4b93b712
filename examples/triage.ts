import { readFileSync } from 'node:fs';
import { workflowLanguage } from 'tau-orchestrate';
import { runLocal } from 'tau-orchestrate/local';

const source = readFileSync(new URL('triage.yml', import.meta.url), 'utf8');
const parsed = workflowLanguage.parse(source, 'triage.yml');
if (!parsed.ok) {
  throw new Error(parsed.diagnostics.map((at) => `${at.file}:${at.line}:${at.column} ${at.message}`).join('\n'));
}

const opened = {
  action: 'opened',
  issue: { number: 12, title: 'The shop crashes' },
  repository: { full_name: 'octo/shop' },
  sender: { login: 'mona' },
};

const { outcome } = await runLocal(workflowLanguage, parsed.definition, {
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
console.log(outcome.kind);
