import { adminv1 } from 'tau-core/contract';
import type { JournalStatus } from '../shell/journal-link.js';
import type { Kernel } from '../shell/kernel.js';

type Finding = adminv1.Finding;
const { OK, WARNING, ERROR } = adminv1.Severity;

const JOURNAL_FINDINGS: { readonly [Status in JournalStatus]: Omit<Finding, 'part'> } = {
  attached: { severity: OK, message: 'the journal is attached', advice: '' },
  volatile: {
    severity: WARNING,
    message: 'this kernel is volatile: a restart loses every session',
    advice: 'start it without --volatile to keep them',
  },
  absent: {
    severity: ERROR,
    message: 'no journal is attached: durable sessions are refused',
    advice: 'start one with "tau ext start local"',
  },
  recovering: { severity: WARNING, message: 'the journal is being read', advice: 'wait for it to end' },
  away: {
    severity: ERROR,
    message: 'the journal is away: durable sessions wait for it',
    advice: 'start its extension again; nothing acknowledged is lost',
  },
};

/** Its extension is there when it fails: starting that again would not mend its disk. */
function journalFinding({ journal }: Kernel): Omit<Finding, 'part'> {
  if (journal.trouble === undefined) return JOURNAL_FINDINGS[journal.status];
  const advice = 'make room on its disk, or mend it; appends are tried again';
  return { severity: ERROR, message: `durable sessions wait for the journal: ${journal.trouble}`, advice };
}

/** The health of every part, and what to do about what is wrong. */
export function diagnose(kernel: Kernel): Finding[] {
  const findings: Finding[] = [{ part: 'journal', ...journalFinding(kernel) }];
  if (kernel.draining)
    findings.push({ part: 'kernel', severity: WARNING, message: 'the kernel is draining', advice: 'start it again' });
  const { instances, gone, work, host } = kernel.dispatcher.state;
  const attached = [...instances.values()].filter((instance) => instance.attached && instance !== host).length;
  findings.push(
    attached > 0
      ? { part: 'extensions', severity: OK, message: `${attached} attached`, advice: '' }
      : {
          part: 'extensions',
          severity: WARNING,
          message: 'none is attached',
          advice: 'start one with "tau ext start local"',
        },
  );
  for (const { manifest, reason } of gone.filter((item) => item.refused)) {
    const advice = 'correct what it says and start it again';
    findings.push({
      part: 'extensions',
      severity: ERROR,
      message: `"${manifest.name}" was refused: ${reason.message}`,
      advice,
    });
  }
  const unprovided = new Set<string>();
  for (const { order, holder } of work.values()) {
    if (holder !== undefined) continue;
    if (![...instances.values()].some((instance) => instance.capabilities.has(order.capability)))
      unprovided.add(order.capability);
  }
  for (const capability of unprovided) {
    const advice = 'start the extension that offers it, or correct the name in the workflow';
    findings.push({
      part: 'work',
      severity: WARNING,
      message: `work waits for ${capability}, which nobody offers`,
      advice,
    });
  }
  const dead = [...kernel.table.all()].reduce((sum, loop) => sum + loop.state.deadLetters.length, 0);
  if (dead > 0)
    findings.push({
      part: 'work',
      severity: WARNING,
      message: `${dead} dead letters`,
      advice: 'see AdminService.ListDeadLetters; requeue what is mended',
    });
  return findings;
}
