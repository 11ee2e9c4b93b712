// A token is used by a call, and stands in no state, journal, stream or view: `***` is there instead.
// Answers: how do I keep secrets out of what is stored?
import { defineFlow, edge, graph, replace, secret, task } from 'tau-orchestrate/flow';
import { memoryStore, openRuns, runLocal } from 'tau-orchestrate/local';

const flow = defineFlow(
  'login',
  graph({
    state: { session: secret(), name: replace<string>() },
    nodes: {
      // A secret of whoever starts the run, by its name.
      login: task('tool:login', {
        input: { auth: 'Bearer ${{ secrets.API_TOKEN }}' },
        writes: { session: '${{ output.session }}' },
      }),
      // One that the run itself came by, by its key.
      whoami: task('tool:whoami', { input: { session: '${{ secrets.session }}' }, writes: { name: '${{ output }}' } }),
    },
    edges: [edge('login', 'whoami')],
  }),
);

const store = memoryStore();
const { outcome } = await runLocal(flow, {
  runId: 'login',
  store,
  secrets: { API_TOKEN: 'tok-123' },
  handlers: {
    'tool:login': ({ auth }) => {
      console.log('the handler sees', auth);
      return { session: 'session-of-mona' };
    },
    'tool:whoami': ({ session }) => {
      console.log('the handler sees', session);
      return `${String(session).replace('session-of-', '')}, by tok-123`;
    },
  },
}).ended;
console.log(outcome);

const all = JSON.stringify(await openRuns(store).checkpoints('login'));
console.log('kept:', /tok-123|session-of-mona/.test(all) ? 'secrets' : 'no secrets');
