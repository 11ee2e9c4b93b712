// Steps per second of the workflow machine alone: decide, evolve and nextDeadline, driven without IO, as a host drives
// them. Needs the build (`npm run build`); then `npm run bench -w tau-orchestrate`. `--json` prints one object a line.
import { type CallId, type Instant, instant, type ProgramInput, type RunBegin, runId } from 'tau-core';
import { type WorkflowDefinition, workflowLanguage } from 'tau-orchestrate';

const ROUNDS = 5;
const ROUND_MS = 1_000;
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

/** Runs a workflow to its end, each call settled as soon as it is asked for; the number of calls. */
function runOnce(definition: WorkflowDefinition, run: number): number {
  const { program } = workflowLanguage;
  const begin: RunBegin = {
    runId: runId(`run-${run}`),
    sessionId: 'github/octo/shop',
    input: {},
    event: EVENT,
    startedAt: NOW,
  };
  let state = program.initial(definition, begin);
  let calls = 0;
  const waiting: CallId[] = [];
  let input: ProgramInput = { type: 'begin' };
  for (;;) {
    const { events, effects } = program.decide(definition, state, input, NOW);
    for (const event of events) state = program.evolve(definition, state, event);
    program.nextDeadline(definition, state);
    for (const effect of effects) {
      if (effect.type === 'call') waiting.push(effect.callId);
      if (effect.type === 'finish' && effect.outcome.kind !== 'ok') throw new Error('a run of the benchmark failed');
    }
    const callId = waiting[calls];
    if (callId === undefined) return calls;
    calls += 1;
    input = { type: 'callSettled', callId, outcome: { kind: 'ok', output: { n: calls } } };
  }
}

/** The median of several rounds, after one that warms up. */
function stepsPerSecond(definition: WorkflowDefinition): number {
  const rates: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const started = performance.now();
    let steps = 0;
    let run = 0;
    while (performance.now() - started < ROUND_MS) {
      for (let batch = 0; batch < 10; batch += 1) {
        steps += runOnce(definition, run);
        run += 1;
      }
    }
    if (round > 0) rates.push((steps / (performance.now() - started)) * 1_000);
  }
  return rates.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}

const results = {
  'sequence of 10': stepsPerSecond(definitionOf(SEQUENCE)),
  'fan-out of 100': stepsPerSecond(definitionOf(FAN_OUT)),
};
if (process.argv.includes('--json')) console.log(JSON.stringify({ bench: 'workflow steps per second', ...results }));
else
  for (const [name, rate] of Object.entries(results))
    console.log(`${name}: ${Math.round(rate).toLocaleString('en')} steps/s`);
