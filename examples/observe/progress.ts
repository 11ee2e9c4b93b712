// The progress of runs as lines for a log, or redrawn in place for a terminal.
// Answers: how do I show people what is going on?
import { chain, defineFlow, mapOver, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';
import { jsonLines, progressText } from 'tau-orchestrate/observe';

const flow = defineFlow(
  'report',
  chain({
    list: task('tool:list'),
    read: mapOver(task('tool:read'), { failure: 'collect' }),
    write: task('model:write', { input: { pages: '${{ input }}' } }),
  }),
);

// Times differ in each run, so they are left out of what this example prints. On a terminal:
// `progressText({ write: (text) => process.stdout.write(text), live: true, color: true })`.
const withoutTimes = (text: string): string => text.replace(/^ *\+[\d.]+s /, '').replace(/ \([\d.]+ ?m?s\)/, '');
const types: string[] = [];
const { outcome } = await runLocal(flow, {
  runId: 'report-7',
  handlers: {
    'tool:list': () => ['home', 'broken'],
    'tool:read': ({ value }) => {
      if (value === 'broken') throw new Error('404');
      return String(value).length;
    },
    'model:write': () => 'a report',
  },
  observers: [
    progressText({ write: (text) => process.stdout.write(withoutTimes(text)) }),
    // For other programs: each event as a line of JSON.
    jsonLines({ write: (line) => types.push((JSON.parse(line) as { type: string }).type) }),
  ],
}).ended;
console.log(outcome);
console.log(types.join(' '));
