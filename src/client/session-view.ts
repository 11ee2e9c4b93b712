import * as kernelv1 from '../contract/kernel-v1.js';
import { type Content, contentFromProto } from './content.js';

/** Whether what happens in a session is journaled before it is acknowledged, or lives in the kernel's memory only. */
export type DurabilityName = 'durable' | 'volatile';

/** A session as the kernel shows it. */
export interface SessionView {
  readonly sessionId: string;
  readonly durability: DurabilityName;
  /** Sequence number of the last event in its order. */
  readonly seq: number;
  readonly runsActive: number;
  readonly runsTotal: number;
  readonly context: readonly Content[];
  readonly createdMs: number;
  readonly deleted: boolean;
  readonly forkedFrom?: string;
}

export function sessionView(proto: kernelv1.Session): SessionView {
  return {
    sessionId: proto.sessionId,
    durability: proto.durability === kernelv1.Durability.DURABLE ? 'durable' : 'volatile',
    seq: proto.seq,
    runsActive: proto.runsActive,
    runsTotal: proto.runsTotal,
    context: proto.context.map(contentFromProto),
    createdMs: proto.createdMs,
    deleted: proto.deleted,
    ...(proto.forkedFrom === '' ? {} : { forkedFrom: proto.forkedFrom }),
  };
}

/** Absent leaves the choice to the kernel. */
export function durabilityToProto(durability: DurabilityName | undefined): kernelv1.Durability {
  if (durability === undefined) return kernelv1.Durability.UNSPECIFIED;
  return durability === 'durable' ? kernelv1.Durability.DURABLE : kernelv1.Durability.VOLATILE;
}
