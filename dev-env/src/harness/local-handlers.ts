import { instant } from 'tau-core';
import type { Capability } from 'tau-core/extension';
import { granted, type LocalHandler } from 'tau-orchestrate/local';

/** Handlers of extensions as the local runner takes them. */
export function localHandlers(capabilities: readonly Capability[]): { readonly [capability: string]: LocalHandler } {
  return Object.fromEntries(capabilities.map((one) => [`${one.kind}:${one.name}`, localHandler(one)]));
}

function localHandler({ invoke, grants }: Capability): LocalHandler {
  const handler: LocalHandler = (input, context) =>
    invoke(input, {
      workId: context.idempotencyKey,
      sessionId: context.sessionId,
      runId: context.runId,
      attempt: context.attempt,
      idempotencyKey: context.idempotencyKey,
      redelivered: context.redelivered,
      deadline: context.deadline ?? instant(Number.MAX_SAFE_INTEGER),
      // Made when it is asked for, here as there.
      get signal() {
        return context.signal;
      },
      grants: context.grants,
      answer: context.answer,
      progress: (content) => context.progress(String(content)),
      usage: () => undefined,
    });
  return grants === undefined ? handler : granted(grants, handler);
}
