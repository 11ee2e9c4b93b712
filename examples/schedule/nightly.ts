// A schedule starts a run at the times that a cron rule names, on working days of a calendar, in a time zone.
// Answers: how do I run something every night, and how do I try that out without waiting for nights?
import { setImmediate } from 'node:timers/promises';
import { type Clock, type Instant, instant } from 'tau-core';
import { defineSchedule } from 'tau-orchestrate';
import { defineFlow, task } from 'tau-orchestrate/flow';
import { runLocal } from 'tau-orchestrate/local';

// All of it is checked, and what is wrong is said with what to write.
const nightly = defineSchedule({
  name: 'nightly',
  start: { definition: 'report', input: { of: 'the shop' } },
  when: [{ cron: '0 3 * * *' }],
  zone: 'Europe/Berlin',
  calendar: { workingDays: ['mon', 'tue', 'wed', 'thu', 'fri'], holidays: ['01-01'] },
  // An occurrence while the last run is still under way waits for its end; `skip`, the default, leaves it out.
  overlap: 'buffer-one',
  occurrencesMax: 3,
});

// A clock that jumps to the next timer. Without `clock`, runs go by the system's.
let now = instant(Date.parse('2025-12-31T12:00:00+01:00'));
const timers = new Set<{ readonly at: Instant; readonly fire: () => void }>();
const clock: Clock = {
  now: () => now,
  at: (at, fire) => {
    const timer = { at, fire };
    timers.add(timer);
    return { cancel: () => timers.delete(timer) };
  },
};
function jump(): void {
  const [next] = [...timers].sort((a, b) => a.at - b.at);
  if (next === undefined) return;
  timers.delete(next);
  now = next.at;
  next.fire();
}

const report = defineFlow('report', task('tool:report'));
const schedule = runLocal(nightly, {
  clock,
  definitions: (name) => (name === 'report' ? report : undefined),
  handlers: {
    'tool:report': ({ of }) => {
      console.log(`a report of ${of}, on ${new Date(now).toISOString()}`);
      return null;
    },
  },
});

let hasEnded = false;
void schedule.ended.then(() => (hasEnded = true));
await setImmediate();
console.log('next:', schedule.view()['next']);
while (!hasEnded) {
  jump();
  await setImmediate();
}
console.log((await schedule.ended).outcome);
