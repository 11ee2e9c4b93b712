import { type ErrorData, errorData, isJsonObject, type Json, type JsonObject } from 'tau-core';
import type { GraphPlan, NodePlan } from './node-plan.js';
import type { Ended, GraphEntry } from './state.js';

/** What a task says that may lead to nodes. */
interface Command {
  readonly update?: JsonObject;
  readonly goto: readonly string[];
  readonly send: readonly { readonly to: string; readonly input: Json }[];
}

/** Whether the output of an entry is a command. */
export function isCommanded(plan: GraphPlan, entry: GraphEntry): boolean {
  const child = plan.children[plan.nodeIndex.get(entry.node) ?? -1];
  return child?.kind === 'task' && child.leadsTo !== undefined;
}

/** The command that an output is; undefined when it is none. */
export function commandOf(ended: Extract<Ended, { kind: 'ok' }>): Command | undefined {
  return readCommand(ended.output ?? null);
}

function readCommand(output: Json): Command | undefined {
  if (output === null) return NO_COMMAND;
  if (!isJsonObject(output)) return undefined;
  const { update, goto, send } = output;
  if (update !== undefined && update !== null && !isJsonObject(update)) return undefined;
  const names = namesOf(goto);
  const sent = sendsOf(send);
  if (names === undefined || sent === undefined) return undefined;
  return { ...(isJsonObject(update) ? { update } : {}), goto: names, send: sent };
}

const NO_COMMAND: Command = { goto: [], send: [] };

function namesOf(goto: Json | undefined): readonly string[] | undefined {
  if (goto === undefined || goto === null) return [];
  const names = Array.isArray(goto) ? (goto as readonly Json[]) : [goto];
  return names.every((name) => typeof name === 'string') ? names : undefined;
}

function sendsOf(send: Json | undefined): Command['send'] | undefined {
  if (send === undefined || send === null) return [];
  if (!Array.isArray(send)) return undefined;
  const sends: { to: string; input: Json }[] = [];
  for (const one of send as readonly Json[]) {
    if (!isJsonObject(one) || typeof one['to'] !== 'string') return undefined;
    sends.push({ to: one['to'], input: one['input'] ?? null });
  }
  return sends;
}

/** What is wrong with what a node of a graph gives, if its definition does not say what it writes. */
export function outputProblem(node: NodePlan, output: Json): ErrorData | undefined {
  if (node.kind !== 'task' || node.leadsTo === undefined) {
    if (output === null || isJsonObject(output)) return undefined;
    const what = Array.isArray(output) ? 'a list' : `a ${typeof output}`;
    return errorData(
      'STATE_REFUSED',
      `node "${node.name}" gives ${what}, and its graph takes an object: say where it goes, e.g. "writes": { "${node.name}": "\${{ output }}" }`,
      { details: { node: node.name } },
    );
  }
  const command = readCommand(output);
  if (command === undefined) {
    return errorData(
      'STATE_REFUSED',
      `node "${node.name}" has "leadsTo", so that it gives a command: { "update"?, "goto"?: name or names, "send"?: [{ "to", "input" }] }`,
      { details: { node: node.name } },
    );
  }
  return undefined;
}

/** A node that a command names, and that it may not lead to. */
export function strayTarget(graph: GraphPlan, node: NodePlan, output: Json): string | undefined {
  if (node.kind !== 'task' || node.leadsTo === undefined) return undefined;
  const { leadsTo } = node;
  const command = readCommand(output);
  const targets = [...(command?.goto ?? []), ...(command?.send ?? []).map(({ to }) => to)];
  return targets.find((name) => {
    const index = graph.nodeIndex.get(name);
    return index === undefined || !leadsTo.has(index);
  });
}
