// Steps per second of the workflow machine alone: decide, evolve and nextDeadline, driven without IO, as a host drives
// them. Needs the build (`npm run build`); then `npm run bench -w tau-orchestrate`. `--json` prints one object a line.
import { type Instant, instant, type RunBegin, runId } from 'tau-core';
import { type WorkflowDefinition, workflowLanguage } from 'tau-orchestrate';
import { runToEnd, stepsPerSecond } from './run-to-end.ts';

const NOW: Instant = instant(1_700_000_000_000);

/** One job of ten steps, each with inputs from the event and from the step before. */
const SEQUENCE = `
on: { issues: { types: [opened] } }
jobs:
  steps:
    steps:
${Array.from(
  { length: 10 },
  (_, step) => `
      - id: s${step}
        uses: bench/step@v1
        with:
          issue: \${{ github.event.issue.number }}
          before: \${{ steps.s${step - 1}.outputs.n }}
          label: bug`,
).join('')}
`;

/** A hundred jobs of one step that all wait for the first one. */
const FAN_OUT = `
on: { issues: { types: [opened] } }
jobs:
  first:
    steps: [{ uses: bench/step@v1 }]
${Array.from(
  { length: 100 },
  (_, job) => `
  fan${job}:
    needs: first
    steps: [{ uses: bench/step@v1, with: { issue: '\${{ github.event.issue.number }}' } }]`,
).join('')}
`;

const EVENT = {
  id: '1',
  source: 'github/octo/shop',
  type: 'github.issues.opened',
  data: JSON.stringify({ action: 'opened', issue: { number: 12, title: 'Broken', body: 'x'.repeat(8_000) } }),
};

function definitionOf(source: string): WorkflowDefinition {
  const parsed = workflowLanguage.parse(source, 'bench.yml');
  if (!parsed.ok) throw new Error(parsed.diagnostics.map(({ message }) => message).join('; '));
  return parsed.definition;
}

function rateOf(source: string): number {
  const definition = definitionOf(source);
  return stepsPerSecond((run) => {
    const begin: RunBegin = {
      runId: runId(`run-${run}`),
      sessionId: 'github/octo/shop',
      input: {},
      event: EVENT,
      startedAt: NOW,
    };
    return runToEnd({ program: workflowLanguage.program, definition }, begin, (n) => ({ n }));
  });
}

const results = {
  'sequence of 10': rateOf(SEQUENCE),
  'fan-out of 100': rateOf(FAN_OUT),
};
if (process.argv.includes('--json')) console.log(JSON.stringify({ bench: 'workflow steps per second', ...results }));
else
  for (const [name, rate] of Object.entries(results))
    console.log(`${name}: ${Math.round(rate).toLocaleString('en')} steps/s`);
