// A workflow with a matrix, an action made of steps, a workflow that it calls, and concurrency groups.
// Answers: how much of GitHub Actions' language is there, and how do the files of a workflow come together?
import { readFileSync } from 'node:fs';
import { workflowFrom } from 'tau-orchestrate';
import { type LocalHandlers, LocalLocks, runLocal } from 'tau-orchestrate/local';

const read = (file: string): string => readFileSync(new URL(`release/${file}`, import.meta.url), 'utf8');

// All files are built into one definition, which the run is bound to for life.
const load = (file: string): ReturnType<typeof workflowFrom> =>
  workflowFrom(read(file), file, (other) => load(other).definition);
const workflow = load('release.yml');

const published = (tag: string) => ({
  id: tag,
  source: 'github/octo/shop',
  type: 'github.release.published',
  data: JSON.stringify({ action: 'published', release: { tag_name: tag }, repository: { full_name: 'octo/shop' } }),
});

const handlers: LocalHandlers = {
  'action:example/test@v1': ({ node, os }) => {
    console.log(`test on node ${node}, ${os}`);
    return null;
  },
  'action:example/changes@v1': ({ tag }) => ({ changes: [`what is new in ${tag}`] }),
  'action:example/write@v1': ({ title, changes }) => ({ text: `${title}: ${(changes as string[]).join(', ')}` }),
  'action:example/put@v1': ({ what, notes }) => {
    console.log(`put ${what} (${notes})`);
    return { url: `https://shop.example/${what}` };
  },
};

const { outcome } = await runLocal(workflow, { runId: 'release-1', handlers, event: published('v1') }).ended;
console.log(outcome.kind === 'ok' ? JSON.stringify(outcome.output) : outcome);

// Two releases at once: the second one cancels the first. Groups are locks, so runs that are to know of each other share them.
const locks = new LocalLocks();
const slow = { ...handlers, 'action:example/test@v1': () => new Promise<null>(() => {}) };
const first = runLocal(workflow, { runId: 'release-2', handlers: slow, locks, event: published('v2') });
for await (const { update } of first.stream('updates')) if (update.at.startsWith('test')) break;
const second = runLocal(workflow, {
  runId: 'release-3',
  handlers: { ...handlers, 'action:example/test@v1': () => null },
  locks,
  event: published('v3'),
});
console.log((await first.ended).outcome);
console.log((await second.ended).outcome.kind);
