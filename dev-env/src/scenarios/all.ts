import type { Capability } from 'tau-core/extension';
import { agentsAsRuns } from './agents-as-runs.ts';
import { cancel } from './cancel.ts';
import { cancelAgain } from './cancel-again.ts';
import { child } from './child.ts';
import { childCancel } from './child-cancel.ts';
import { concurrency } from './concurrency.ts';
import { cycle } from './cycle.ts';
import { depth } from './depth.ts';
import { fanOut } from './fan-out.ts';
import { fork } from './fork.ts';
import type { Gates } from './gates.ts';
import { hub } from './hub.ts';
import { lock } from './lock.ts';
import { lockReplace } from './lock-replace.ts';
import { map } from './map.ts';
import { messages } from './messages.ts';
import { nested } from './nested.ts';
import { outputs } from './outputs.ts';
import { policies } from './policies.ts';
import { publish } from './publish.ts';
import { questions } from './questions.ts';
import { race } from './race.ts';
import { retry } from './retry.ts';
import { saga } from './saga.ts';
import type { Scenario } from './scenario.ts';
import { schedule } from './schedule.ts';
import { sequence } from './sequence.ts';
import { timeout } from './timeout.ts';
import { wait } from './wait.ts';
import { workflow } from './workflow.ts';

/** All that is played on every host. */
export const SCENARIOS: readonly Scenario[] = [
  sequence,
  cycle,
  fanOut,
  nested,
  map,
  race,
  saga,
  questions,
  wait,
  retry,
  timeout,
  cancel,
  cancelAgain,
  fork,
  lock,
  lockReplace,
  policies,
  outputs,
  publish,
  child,
  childCancel,
  depth,
  workflow,
  concurrency,
  schedule,
  hub,
  messages,
  agentsAsRuns,
];

/** The handlers of all scenarios, as one host has them. */
export function scenarioCapabilities(gates: Gates): readonly Capability[] {
  return SCENARIOS.flatMap(({ capabilities }) => capabilities?.(gates) ?? []);
}

/** The secrets of all scenarios. */
export const SCENARIO_SECRETS: Readonly<Record<string, string>> = Object.assign(
  {},
  ...SCENARIOS.map(({ secrets }) => secrets ?? {}),
);
