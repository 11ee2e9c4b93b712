import type { Json, JsonObject } from 'tau-core';
import type { Capability } from 'tau-core/extension';
import type { Gates } from './gates.ts';

/** The programs that every host has. */
export type ProgramKind = 'flow' | 'workflow' | 'schedule' | 'hub';

export interface ScenarioDefinition {
  /** Unique among all scenarios: hosts that run several of them have one catalogue. */
  readonly name: string;
  readonly program: ProgramKind;
  /** As a file has it. */
  readonly source: string;
}

/** A host as a scenario sees it. Runs are called by names of the scenario's own; those that runs start, `<parent>/<call>`. */
export interface Stage {
  start(as: string, definition: string, input?: JsonObject): Promise<void>;
  /** Answers a question, by the id of the call that asks, once it is open. */
  answer(as: string, callId: string, answer: Json): Promise<void>;
  send(as: string, content: Json): Promise<void>;
  /** Forks a run as it was when it had asked for that call, with a change of its state. */
  fork(as: string, of: string, callId: string, edit: JsonObject): Promise<void>;
  /** Gracefully. */
  cancel(as: string, reason: string): Promise<void>;
  /** Resolves when the run's journal has a call, or a claim of a lock, of that id. */
  asksFor(as: string, id: string): Promise<void>;
  /** Resolves when the run's journal says what came of that call. */
  settled(as: string, callId: string): Promise<void>;
  ended(as: string): Promise<void>;
  /** What a host calls the run. */
  idOf(as: string): string;
}

/** What happens on a host, whichever it is: the same calls get the same answers, in the same order. */
export interface Scenario {
  /** Names its session, too: letters, digits and `-`. */
  readonly name: string;
  /** Those that others refer to first. */
  readonly definitions: readonly ScenarioDefinition[];
  /** Handlers; what has to come in an order goes through the gates. */
  capabilities?(gates: Gates): readonly Capability[];
  /** Values of secrets, by name. */
  readonly secrets?: { readonly [name: string]: string };
  /** Starts runs and does what people do. Returns when all that it started has ended, or will by itself. */
  play(stage: Stage): Promise<void>;
}

/** A flow's definition with this node at its root. */
export function flow(name: string, root: object): ScenarioDefinition {
  return { name, program: 'flow', source: JSON.stringify({ format: 1, name, root }) };
}
