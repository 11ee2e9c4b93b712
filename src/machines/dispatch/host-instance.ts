import type { Instance } from './state.js';

/** The registration under which the kernel serves capabilities itself. */
export const HOST_REGISTRATION = 'kernel';

/** A provider that is attached from the first moment, has credit for everything, and has no lease that could end. */
export function hostInstance(kernelId: string, capabilities: readonly string[]): Instance {
  return {
    registrationId: HOST_REGISTRATION,
    manifest: {
      name: 'tau-runtime-kernel',
      version: '',
      instanceId: HOST_REGISTRATION,
      incarnation: kernelId,
      capabilities: [],
    },
    capabilities: new Map(capabilities.map((capability) => [capability, 'any'])),
    turns: [...capabilities],
    attached: true,
    welcomed: true,
    leaving: false,
    sinceMs: 0,
    lastFrameMs: 0,
    nextPingMs: 0,
    creditItems: Number.POSITIVE_INFINITY,
    creditBytes: Number.POSITIVE_INFINITY,
    leased: new Set(),
    downSeq: 0,
    heldHello: undefined,
  };
}
