// One run at a time deploys; the others wait, the urgent one first. One that preempts takes the lock away.
// Answers: how do I keep two runs from doing the same thing at once, and who is next?
import { setImmediate } from 'node:timers/promises';
import { defineFlow, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, LocalLocks, runLocal } from 'tau-orchestrate/local';

/** 0 is the most urgent, 9 the least; 5 is the default. */
const deploy = (priority: number, preempt = false) =>
  defineFlow('deploy', task('tool:deploy', { lock: { key: 'environment-${{ input.to }}', priority, preempt } }));

// Runs that are to wait for each other share locks.
const locks = new LocalLocks();
const KEY = 'environment-production';
const isHeld = (): boolean => (locks.table[KEY]?.held.length ?? 0) > 0;
const waiting = (): readonly string[] => locks.table[KEY]?.waiting.map(({ runId }) => runId) ?? [];

const handlers: LocalHandlers = {
  'tool:deploy': async ({ what }, { signal }) => {
    // The first one takes as long as it takes the others to come.
    while (what === 'feature-1' && waiting().length < 2) await setImmediate();
    console.log(`${what} holds the lock; waiting: ${waiting().join(', ') || 'nobody'}`);
    if (what !== 'slow') return `${what} is live`;
    return new Promise((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  },
};
const run = (what: string, priority: number, preempt?: boolean) =>
  runLocal(deploy(priority, preempt), { runId: what, handlers, locks, input: { to: 'production', what } });

const first = run('feature-1', 5);
while (!isHeld()) await setImmediate();
const others = [run('feature-2', 5), run('hotfix', 0)];
for (const { ended } of [first, ...others]) console.log((await ended).outcome);

// Whoever loses the lock is cancelled, and fails with LOCK_LOST.
const slow = run('slow', 5);
while (!isHeld()) await setImmediate();
console.log((await run('rescue', 5, true).ended).outcome);
const { outcome } = await slow.ended;
console.log(outcome.kind === 'failed' ? `${outcome.error.id} ${outcome.error.message}` : outcome);
