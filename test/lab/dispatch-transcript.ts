import type { Outcome } from 'tau-core';
import type { DispatchEffect, DispatchInput } from '../../src/machines/dispatch/signals.js';
import type { DispatchLimits, WorkRef } from '../../src/machines/dispatch/state.js';
import { brief, members } from './brief.js';
import { DispatchLab } from './dispatch-lab.js';
import { orderText } from './region-transcript.js';
import { Transcript } from './transcript.js';

/** A dispatch lab that writes down all that it is told, and what comes of it. */
export class DispatchTranscript extends DispatchLab {
  readonly transcript: Transcript;
  readonly #epoch: number;

  constructor(
    name: string,
    title: string,
    options: { readonly recovered?: boolean; readonly limits?: Partial<DispatchLimits>; readonly epoch?: number } = {},
  ) {
    super(options.limits, false);
    this.transcript = new Transcript(name, title);
    this.#epoch = options.epoch ?? 1;
    if (options.recovered !== false) this.tell({ type: 'recovered', epoch: this.#epoch });
  }

  override tell(input: DispatchInput): DispatchEffect[] {
    const woken = input.type === 'time';
    if (!woken) this.transcript.input(inputText(input));
    const effects = super.tell(input);
    if (woken && effects.length > 0) this.transcript.out(`at ${this.now}`);
    for (const effect of effects) this.transcript.out(effectText(effect));
    return effects;
  }

  override advance(ms: number): DispatchEffect[] {
    const until = this.now + ms;
    this.transcript.time(`${ms} ms, until ${until}`);
    return super.advance(ms);
  }
}

/** Fences as the epoch and the count within it, which is how they are made. */
function refText({ workId, attempt, fence }: WorkRef): string {
  return `${workId}#${attempt}@${Math.floor(fence / 2 ** 32)}.${fence % 2 ** 32}`;
}

function outcomeText(outcome: Outcome): string {
  if (outcome.kind === 'failed' || outcome.kind === 'unknown')
    return `${outcome.kind} ${outcome.error.id} "${outcome.error.message}"`;
  return `${outcome.kind}${members(outcome, ['kind'])}`;
}

function inputText(input: DispatchInput): string {
  switch (input.type) {
    case 'add':
    case 'recover':
      return `${input.type} ${orderText(input.order)}`;
    case 'register': {
      const { instanceId, incarnation, capabilities } = input.manifest;
      const offers = capabilities.map(({ kind, name, routing }) => `${kind}:${name} ${routing}`).join(', ');
      return `register ${instanceId} incarnation=${incarnation} offers ${offers}`;
    }
    case 'hello':
      return `hello ${input.registrationId} running=[${input.running.map(refText).join(', ')}] kept=[${input.kept.map(refText).join(', ')}]`;
    case 'result':
      return `result ${input.registrationId} ${refText(input.ref)} ${outcomeText(input.outcome)}`;
    case 'settled':
      return `settled ${input.registrationId} ${refText(input.ref)} ${input.accepted ? 'accepted' : 'refused'}`;
    default:
      return `${input.type}${members(input, ['type'])}`;
  }
}

function effectText(effect: DispatchEffect): string {
  switch (effect.type) {
    case 'welcome': {
      const lists = (['keep', 'abort', 'resend', 'forget'] as const).map(
        (name) => `${name}=[${effect[name].map(refText).join(', ')}]`,
      );
      return `welcome ${effect.registrationId} ${lists.join(' ')}`;
    }
    case 'work': {
      const { registrationId, ref, order, redelivered, remainingMs } = effect;
      return `work ${registrationId} ${refText(ref)} ${order.capability} remaining ${remainingMs}${redelivered ? ' redelivered' : ''}`;
    }
    case 'cancel':
      return `cancel ${effect.registrationId} ${refText(effect.ref)} ${brief(effect.reason)}`;
    case 'ack':
      return `ack ${effect.registrationId} ${refText(effect.ref)} ${effect.verdict}`;
    case 'settle':
      return `settle ${effect.order.workId}#${effect.order.attempt} ${outcomeText(effect.outcome)}${effect.from === undefined ? '' : ` from ${effect.from.registrationId}`}`;
    case 'lost':
      return `lost ${effect.order.workId}#${effect.order.attempt} ${brief(effect.message)}`;
    case 'close':
    case 'refuse':
      return `${effect.type}${'registrationId' in effect ? ` ${effect.registrationId}` : ''} ${effect.error.id} "${effect.error.message}"`;
    default:
      return `${effect.type}${members(effect, ['type'])}`;
  }
}
