// Past occurrences are filled in, a schedule is paused and resumed, and started by hand: all by messages to its run.
// Answers: how do I run last week's reports again, and how do I stop a schedule for a while?
import { setImmediate } from 'node:timers/promises';
import { type Clock, instant } from 'tau-core';
import { defineSchedule, type ScheduleMessage } from 'tau-orchestrate';
import { defineFlow, task } from 'tau-orchestrate/flow';
import { memoryStore, runLocal } from 'tau-orchestrate/local';

const daily = defineSchedule({ name: 'daily', start: { definition: 'report' }, when: [{ cron: '0 9 * * *' }] });
const report = defineFlow('report', task('tool:report'));

// A clock that stands still: what happens here does not wait for time. Without `clock`, runs go by the system's.
const clock: Clock = { now: () => instant(Date.parse('2026-03-02T08:00:00Z')), at: () => ({ cancel: () => {} }) };

let reports = 0;
const schedule = runLocal(daily, {
  runId: 'daily',
  clock,
  // Occurrences have keys: where there is a store, the run of a key is found in it, and not made again.
  store: memoryStore(),
  definitions: () => report,
  handlers: {
    'tool:report': () => {
      reports += 1;
      return null;
    },
  },
});

const tell = async (message: ScheduleMessage): Promise<void> => {
  await schedule.send({ ...message });
  for (let turn = 0; turn < 10; turn += 1) await setImmediate();
  const { paused, next } = schedule.view();
  console.log(
    `${message.op}: ${reports} reports, next ${(next as string[])[0]}`,
    ...(paused === undefined ? [] : [paused]),
  );
};

await tell({ op: 'backfill', from: '2026-02-26T00:00:00Z', until: '2026-02-28T23:59:59Z' });
// The same again starts nothing anew, unless a word makes it other occurrences.
await tell({ op: 'backfill', from: '2026-02-26T00:00:00Z', until: '2026-02-26T23:59:59Z' });
await tell({ op: 'backfill', from: '2026-02-26T00:00:00Z', until: '2026-02-26T23:59:59Z', again: 'with new numbers' });
await tell({ op: 'trigger' });
await tell({ op: 'pause', reason: 'the shop is closed' });
await tell({ op: 'resume' });
schedule.cancel('no more reports');
console.log((await schedule.ended).outcome);
