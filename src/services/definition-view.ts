import { isJsonObject, type Json } from 'tau-core';
import type { kernelv1 } from 'tau-core/contract';
import type { HostedLanguage } from '../machines/region/programs.js';
import type { BoundDefinition } from '../machines/region/state.js';

/** A definition as clients see it, with all that starts runs of it. */
export function definitionView(bound: BoundDefinition, language: HostedLanguage): kernelv1.Definition {
  const { name, program, version, definition } = bound;
  const { hand, call } = language.starters?.(definition) ?? { hand: true, call: true };
  return {
    name,
    program,
    version,
    triggers: [...language.triggers(definition)],
    times: startTimes(bound, language),
    byHand: hand,
    byCall: call,
  };
}

function startTimes({ definition }: BoundDefinition, language: HostedLanguage): kernelv1.StartTime[] {
  return (language.schedules?.(definition) ?? []).flatMap(({ schedule: { when, zone } }) =>
    (Array.isArray(when) ? (when as readonly Json[]) : []).flatMap((rule) => startTime(rule, zone)),
  );
}

/** A rule of a schedule's definition; none for what is no rule, which no schedule is made of either. */
function startTime(rule: Json, zone: Json | undefined): readonly kernelv1.StartTime[] {
  if (!isJsonObject(rule)) return [];
  const { cron, everyMs, at, zone: own = zone ?? 'UTC' } = rule;
  if (typeof cron === 'string') return [{ rule: { $case: 'cron', value: cron }, zone: String(own) }];
  if (typeof everyMs === 'number') return [{ rule: { $case: 'everyMs', value: everyMs }, zone: '' }];
  return typeof at === 'string' ? [{ rule: { $case: 'at', value: at }, zone: '' }] : [];
}
