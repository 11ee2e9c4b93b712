import type { CallId, Instant, Json, Program, ProgramInput, RunBegin } from 'tau-core';

/** Drives a run to its end without IO, each call settled as soon as it is asked for; the number of calls. */
export function runToEnd<Definition, State, Event>(
  { program, definition }: { readonly program: Program<Definition, State, Event>; readonly definition: Definition },
  begin: RunBegin,
  outputOf: (calls: number) => Json,
): number {
  const now: Instant = begin.startedAt;
  let state = program.initial(definition, begin);
  let calls = 0;
  const waiting: CallId[] = [];
  let input: ProgramInput = { type: 'begin' };
  for (;;) {
    const { events, effects } = program.decide(definition, state, input, now);
    for (const event of events) state = program.evolve(definition, state, event);
    program.nextDeadline(definition, state);
    for (const effect of effects) {
      if (effect.type === 'call') waiting.push(effect.callId);
      if (effect.type === 'finish' && effect.outcome.kind !== 'ok') throw new Error('a run of the benchmark failed');
    }
    const callId = waiting[calls];
    if (callId === undefined) return calls;
    calls += 1;
    input = { type: 'callSettled', callId, outcome: { kind: 'ok', output: outputOf(calls) } };
  }
}

const ROUNDS = 5;
const ROUND_MS = 1_000;

/** Calls a second: the median of several rounds, after one that warms up. `runOnce` is given numbers from 0 and gives its calls. */
export function stepsPerSecond(runOnce: (run: number) => number): number {
  const rates: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const started = performance.now();
    let steps = 0;
    let run = 0;
    while (performance.now() - started < ROUND_MS) {
      for (let batch = 0; batch < 10; batch += 1) {
        steps += runOnce(run);
        run += 1;
      }
    }
    if (round > 0) rates.push((steps / (performance.now() - started)) * 1_000);
  }
  return rates.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}
