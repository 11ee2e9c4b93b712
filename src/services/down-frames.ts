import { budgetToProto, extensionv1, principalToProto, type extensionv1 as wire } from 'tau-core/contract';
import type { Verdict } from '../machines/dispatch/signals.js';
import type { FrameEffect } from '../shell/dispatcher.js';

const VERDICTS: { readonly [Name in Verdict]: wire.Verdict } = {
  accepted: extensionv1.Verdict.ACCEPTED,
  stale: extensionv1.Verdict.STALE,
  duplicate: extensionv1.Verdict.DUPLICATE,
};

/** An effect as it travels down an extension's stream. */
export function downFrame(effect: FrameEffect, seq: number, epoch: number, now: number): wire.DownFrame {
  return { seq, frame: frameOf(effect, epoch, now) };
}

function frameOf(effect: FrameEffect, epoch: number, now: number): NonNullable<wire.DownFrame['frame']> {
  switch (effect.type) {
    case 'welcome': {
      const { keep, abort, resend, forget } = effect;
      return {
        $case: 'welcome',
        value: { epoch, keep: [...keep], abort: [...abort], resend: [...resend], forget: [...forget] },
      };
    }
    case 'work':
      return { $case: 'work', value: workFrame(effect, now) };
    case 'cancel':
      return { $case: 'cancel', value: { ref: effect.ref, reason: effect.reason } };
    case 'ack':
      return { $case: 'ack', value: { ref: effect.ref, verdict: VERDICTS[effect.verdict] } };
    case 'ping':
      return { $case: 'ping', value: { nonce: now } };
    case 'draining':
      return { $case: 'draining', value: { graceMs: effect.graceMs } };
  }
}

function workFrame(effect: Extract<FrameEffect, { readonly type: 'work' }>, now: number): wire.Work {
  const { order, ref, redelivered } = effect;
  return {
    ref,
    capability: order.capability,
    inputJson: order.inputJson,
    idempotencyKey: order.workId,
    redelivered,
    deadlineMs: order.deadlineMs,
    remainingMs: Math.max(0, order.deadlineMs - now),
    principal: principalToProto(order.principal),
    traceparent: order.traceparent ?? '',
    budget: budgetToProto(order.budget),
    sessionId: order.regionId,
    runId: order.runId,
    answerJson: order.answerJson,
    secretsJson: order.secretsJson ?? '',
    grantsJson: order.grantsJson ?? '',
  };
}
