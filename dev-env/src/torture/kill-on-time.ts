import { setTimeout as wait } from 'node:timers/promises';
import type { Service } from '../harness/service.ts';
import type { Kill, Victim } from './kill-plan.ts';

/** Whom to kill, and whom to tell. */
export interface KillOptions {
  readonly services: Readonly<Record<Victim, Service>>;
  /** `performance.now()` at the plan's moment 0. */
  readonly startedAt: number;
  onKill(kill: Kill): void;
}

/** Waits until `performance.now()` has passed `at`. */
export async function until(at: number): Promise<void> {
  for (let left = at - performance.now(); left > 0; left = at - performance.now()) await wait(left);
}

/**
 * Kills by plan, and starts each victim again at once, whether or not others are up, or it had become ready.
 *
 * @returns one line for each start that failed and was not the next kill's doing.
 */
export async function killOnTime(plan: readonly Kill[], options: KillOptions): Promise<readonly string[]> {
  const { services, startedAt, onKill } = options;
  const problems: string[] = [];
  const starts: Promise<void>[] = [];
  for (const kill of plan) {
    await until(startedAt + kill.atMs);
    const service = services[kill.victim];
    if (!service.running) problems.push(`${kill.victim} had ended by itself before the kill at ${kill.atMs} ms`);
    onKill(kill);
    await service.kill();
    const life = service.kills;
    const failed = (error: unknown): void => {
      if (service.kills === life) problems.push(error instanceof Error ? error.message : String(error));
    };
    starts.push(service.start().then(() => undefined, failed));
  }
  await Promise.all(starts);
  return problems;
}
