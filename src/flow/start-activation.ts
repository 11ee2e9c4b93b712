import { type Instant, type Json, later } from 'tau-core';
import { chunksOf } from './chunks.js';
import { errorValue } from './error-value.js';
import type { NodePlan } from './node-plan.js';
import type { Activation, CommonActivation, Slot } from './state.js';

const PLAIN = {
  task: { kind: 'task' },
  ask: { kind: 'ask' },
  pass: { kind: 'pass' },
  receive: { kind: 'receive' },
} as const;

/** A node as it starts: with its question or its lock first, if it has one. */
export function startActivation(plan: NodePlan, now: Instant | undefined): Activation {
  const { kind, before, lock, timeoutMs } = plan;
  if (before === undefined && lock === undefined && (timeoutMs === undefined || now === undefined)) return bare(plan);
  const common: CommonActivation = {
    ...(before !== undefined ? { phase: 'before' } : lock !== undefined ? { phase: 'lock' } : {}),
    ...(timeoutMs === undefined || now === undefined ? {} : { deadline: later(now, timeoutMs) }),
  };
  return Object.hasOwn(PLAIN, kind) ? ({ kind, ...common } as Activation) : { ...bare(plan), ...common };
}

function bare(plan: NodePlan): Activation {
  switch (plan.kind) {
    case 'task':
    case 'ask':
    case 'pass':
    case 'receive':
      return PLAIN[plan.kind];
    case 'wait':
      return { kind: 'wait' };
    case 'graph':
      return { kind: 'graph', step: 0, values: plan.initial, entries: [], left: 0 };
    case 'chain':
      return { kind: 'chain', done: 0 };
    case 'parallel':
    case 'race':
      return { kind: plan.kind, slots: emptySlots(plan.children.length), next: 0, open: 0 };
    case 'map':
      return { kind: 'map', slots: [], next: 0, open: 0 };
    case 'loop':
      return { kind: 'loop', round: 0 };
    case 'route':
      return { kind: 'route' };
    case 'saga':
      return { kind: 'saga', done: [] };
  }
}

/** Places for children that have not started. */
export function emptySlots(count: number): Extract<Activation, { kind: 'map' }>['slots'] {
  return chunksOf(Array.from({ length: count }, (): Slot => null));
}

/** What a node gives when it does not say an output of its own: what its state has. */
export function derivedOutput(plan: NodePlan, activation: Activation): Json {
  if (activation.output !== undefined) return activation.output;
  switch (activation.kind) {
    case 'graph': {
      if (plan.kind !== 'graph' || plan.output === undefined) return activation.values;
      const names = plan.output.map((key) => plan.keys[key]?.name ?? '');
      return Object.fromEntries(names.map((name) => [name, activation.values[name] ?? null]));
    }
    case 'chain':
    case 'loop':
    case 'route':
      return activation.value ?? null;
    case 'saga':
      return activation.done.at(-1)?.output ?? null;
    case 'parallel':
    case 'map':
      return gathered(plan, activation);
    case 'race': {
      const { winner } = activation;
      const slot = winner === undefined ? undefined : activation.slots.flat()[winner];
      const output = slot?.kind === 'ok' ? (slot.output ?? null) : null;
      return { winner: plan.children[winner ?? -1]?.name ?? null, output };
    }
    default:
      return null;
  }
}

function gathered(plan: NodePlan, activation: Extract<Activation, { kind: 'parallel' | 'map' }>): Json {
  const collects = (plan.kind === 'parallel' || plan.kind === 'map') && plan.failure === 'collect';
  const outputs = activation.slots.flat().map((slot): Json => {
    const output = slot?.kind === 'ok' ? (slot.output ?? null) : null;
    if (!collects) return output;
    return slot?.kind === 'failed' ? { ok: false, error: errorValue(slot.error) } : { ok: true, output };
  });
  if (activation.kind === 'map') return outputs;
  return Object.fromEntries(plan.children.map(({ name }, index) => [name, outputs[index] ?? null]));
}
