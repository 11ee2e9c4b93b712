import type { Clock, Instant, RegionId, Timer } from 'tau-core';
import { HOST_CAPABILITIES, TauError } from 'tau-core';
import { HOST_REGISTRATION } from '../machines/dispatch/host-instance.js';
import { DispatchMachine } from '../machines/dispatch/machine.js';
import type { DispatchEffect, DispatchInput } from '../machines/dispatch/signals.js';
import type { DispatchLimits, Manifest } from '../machines/dispatch/state.js';
import type { RegionReply } from '../machines/region/effects.js';
import type { RegionInput } from '../machines/region/inputs.js';
import { Outbox } from './outbox.js';

/** Effects that become frames on an extension's stream. */
export type FrameEffect = Extract<
  DispatchEffect,
  { readonly type: 'welcome' | 'work' | 'cancel' | 'ack' | 'ping' | 'draining' }
>;

/** Tells a region something; the callback gets its reply once it is durable. */
export type TellRegion = (regionId: RegionId, input: RegionInput, resolve: (reply: RegionReply) => void) => void;

export interface DispatcherPorts {
  readonly clock: Clock;
  readonly tell: TellRegion;
  /** What the kernel's own provider is told, in place of frames. */
  readonly serve: (effect: FrameEffect) => void;
}

/** What the kernel's own provider takes. Questions are not among them: a region has them open without any provider. */
export const SERVED_CAPABILITIES: readonly string[] = [
  HOST_CAPABILITIES.publish,
  HOST_CAPABILITIES.startRun,
  HOST_CAPABILITIES.sendInput,
];

/** The shell of the dispatch machine: one timer, and an outbox for each attached extension. */
export class Dispatcher {
  readonly #machine: DispatchMachine;
  readonly #clock: Clock;
  readonly #tell: TellRegion;
  readonly #serve: (effect: FrameEffect) => void;
  readonly #outboxes = new Map<string, Outbox<FrameEffect>>();
  readonly #idleWaiters: (() => void)[] = [];
  #timer: { readonly timer: Timer; readonly at: Instant } | undefined;

  constructor(kernelId: string, limits: DispatchLimits, ports: DispatcherPorts) {
    this.#machine = new DispatchMachine(kernelId, limits, SERVED_CAPABILITIES);
    this.#clock = ports.clock;
    this.#tell = ports.tell;
    this.#serve = ports.serve;
  }

  get state(): DispatchMachine['state'] {
    return this.#machine.state;
  }

  /** Work that an extension has in its hands. */
  get inFlight(): number {
    let count = 0;
    for (const instance of this.state.instances.values()) {
      // A run that waits for another one's end holds up no drain.
      if (instance !== this.state.host) count += instance.leased.size;
    }
    return count;
  }

  /** Tells the machine something and does what it asks. */
  decide(input: DispatchInput): readonly DispatchEffect[] {
    const effects = this.#machine.decide(input, this.#clock.now());
    for (const effect of effects) this.#perform(effect);
    this.#schedule();
    if (this.#idleWaiters.length > 0 && this.inFlight === 0) for (const wake of this.#idleWaiters.splice(0)) wake();
    return effects;
  }

  /**
   * Takes an extension's manifest.
   *
   * @throws TauError REGISTRATION_REFUSED or LIMIT_EXCEEDED.
   */
  register(manifest: Manifest): string {
    for (const effect of this.decide({ type: 'register', manifest })) {
      if (effect.type === 'registered') return effect.registrationId;
      if (effect.type === 'refuse') throw new TauError(effect.error);
    }
    throw new Error('a registration had no answer');
  }

  /** Opens the outbox of a stream; a stream that the same registration has open ends. */
  open(registrationId: string): Outbox<FrameEffect> {
    this.#outboxes.get(registrationId)?.end();
    const outbox = new Outbox<FrameEffect>();
    this.#outboxes.set(registrationId, outbox);
    return outbox;
  }

  /** The next frame's sequence number: they go on over all streams of a registration. */
  nextSeq(registrationId: string): number {
    const instance = this.state.instances.get(registrationId);
    if (instance === undefined) return 1;
    instance.downSeq += 1;
    return instance.downSeq;
  }

  /** A stream has ended, by either side. */
  cut(registrationId: string, outbox: Outbox<FrameEffect>): void {
    outbox.end();
    if (this.#outboxes.get(registrationId) !== outbox) return;
    this.#outboxes.delete(registrationId);
    this.decide({ type: 'cut', registrationId });
  }

  /** Resolves when no extension has work in its hands. */
  idle(): Promise<void> {
    if (this.inFlight === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  stop(): void {
    this.#timer?.timer.cancel();
    this.#timer = undefined;
    for (const outbox of this.#outboxes.values()) outbox.end();
  }

  #perform(effect: DispatchEffect): void {
    switch (effect.type) {
      case 'registered':
      case 'refuse':
        return;
      case 'settle':
        return this.#settle(effect);
      case 'lost': {
        const { regionId, runId, callId, attempt } = effect.order;
        return this.#tell(regionId, { type: 'lost', runId, callId, attempt, message: effect.message }, ignore);
      }
      case 'close': {
        const outbox = this.#outboxes.get(effect.registrationId);
        this.#outboxes.delete(effect.registrationId);
        return outbox?.end(new TauError(effect.error));
      }
      default:
        if (effect.registrationId === HOST_REGISTRATION) return this.#serve(effect);
        this.#outboxes.get(effect.registrationId)?.push(effect);
    }
  }

  #settle({ order, outcome, usage, from }: Extract<DispatchEffect, { readonly type: 'settle' }>): void {
    const { regionId, runId, callId, attempt } = order;
    this.#tell(regionId, { type: 'settle', runId, callId, attempt, outcome, ...(usage && { usage }) }, (reply) => {
      if (from !== undefined) this.decide({ type: 'settled', ...from, accepted: reply.ok });
    });
  }

  #schedule(): void {
    const at = this.#machine.nextDeadline();
    if (this.#timer !== undefined && at !== undefined && this.#timer.at <= at) return;
    this.#timer?.timer.cancel();
    this.#timer = undefined;
    if (at === undefined) return;
    const timer = this.#clock.at(at, () => {
      this.#timer = undefined;
      this.decide({ type: 'time' });
    });
    this.#timer = { timer, at };
  }
}

function ignore(): void {
  // A loss needs no answer: the region has dispatched the call again, or nobody waits for it.
}
