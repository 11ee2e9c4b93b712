import { type Instant, regionId, runId } from 'tau-core';
import { DispatchMachine } from '../../src/machines/dispatch/machine.js';
import type { DispatchEffect, DispatchInput } from '../../src/machines/dispatch/signals.js';
import { DISPATCH_LIMITS, type Manifest } from '../../src/machines/dispatch/state.js';
import type { RegionEffect, RegionReply } from '../../src/machines/region/effects.js';
import type { RegionInput } from '../../src/machines/region/inputs.js';
import { REGION_LIMITS } from '../../src/machines/region/limits.js';
import { regionMachine } from '../../src/machines/region/machine.js';
import { recoveryEffects } from '../../src/machines/region/order-work.js';
import { type RegionImage, regionFromImage, regionImage } from '../../src/machines/region/snapshot.js';
import type { RegionState } from '../../src/machines/region/state.js';
import { DispatchInvariants } from '../lab/dispatch-invariants.js';
import { RegionInvariants } from '../lab/region-invariants.js';
import { testPrograms } from '../programs/index.js';
import type { DownFrame, Stream, UpFrame } from './network.js';
import type { Simulation } from './simulation.js';

interface Peer {
  receive(frame: DownFrame): void;
  lost(): void;
}

interface Ticket {
  readonly input: RegionInput;
  readonly answer: (reply: RegionReply) => void;
}

/** A kernel's two machines with a shell in virtual time: one region, a journal that takes its time, restarts. */
export class KernelModel {
  readonly #simulation: Simulation;
  readonly #machine = regionMachine(testPrograms, { ...REGION_LIMITS, callTimeoutMs: 300_000 });
  readonly #regionInvariants = new RegionInvariants(this.#machine);
  #dispatchInvariants = new DispatchInvariants();
  #dispatch: DispatchMachine | undefined;
  /** What the journal has. */
  #durable: RegionState = this.#machine.initial(regionId('lab'));
  #queue: Ticket[] = [];
  /** A group on its way to the disk: what makes it durable. */
  #writing: (() => void) | undefined;
  #life = 0;
  #recovered = false;
  #wakeAt = Number.POSITIVE_INFINITY;
  readonly #runWakes = new Map<string, number>();
  readonly #streams = new Map<string, Stream>();
  readonly #peers = new Map<Stream, Peer>();

  constructor(simulation: Simulation) {
    this.#simulation = simulation;
  }

  get isUp(): boolean {
    return this.#dispatch !== undefined;
  }

  /** The region as the journal has it. */
  get region(): RegionState {
    return this.#durable;
  }

  get workTotal(): number {
    return this.#dispatch?.state.work.size ?? 0;
  }

  start(): void {
    this.#life += 1;
    const { agenda, random, leaseTtlMs } = this.#simulation;
    this.#dispatch = new DispatchMachine(`k${this.#life}`, { ...DISPATCH_LIMITS, leaseTtlMs, providerWaitMs: 3_000 });
    this.#dispatchInvariants = this.#dispatchInvariants.afterRestart();
    const life = this.#life;
    // Reading the journal takes its time; extensions come back meanwhile.
    agenda.in(random.int(300), () => {
      if (life !== this.#life) return;
      // What comes back from disk shares nothing with what was in memory.
      this.#durable =
        regionFromImage(JSON.parse(JSON.stringify(regionImage(this.#durable))) as RegionImage) ?? this.#durable;
      this.#recovered = true;
      for (const effect of recoveryEffects(this.#durable)) {
        if (effect.type === 'dispatch') this.#tellDispatch({ type: 'recover', order: effect.order });
      }
      this.#tellDispatch({ type: 'recovered', epoch: life });
      this.#scheduleRuns();
    });
  }

  /** As `kill -9`. A group on its way to the disk may have reached it; nobody hears of it. */
  kill(): void {
    this.#life += 1;
    this.#dispatch = undefined;
    this.#recovered = false;
    this.#queue = [];
    if (this.#simulation.random.int(2) === 0) this.#writing?.();
    this.#writing = undefined;
    this.#wakeAt = Number.POSITIVE_INFINITY;
    for (const stream of [...this.#peers.keys()]) this.#simulation.cut(stream);
    this.#streams.clear();
  }

  register(manifest: Manifest): string | undefined {
    for (const effect of this.#tellDispatch({ type: 'register', manifest }))
      if (effect.type === 'registered') return effect.registrationId;
    return undefined;
  }

  connect(stream: Stream, peer: Peer): void {
    this.#peers.set(stream, peer);
  }

  /** A stream was cut: each side notices in its own time. */
  lose(stream: Stream): void {
    const { agenda, random } = this.#simulation;
    const peer = this.#peers.get(stream);
    this.#peers.delete(stream);
    agenda.in(random.int(1_500), () => peer?.lost());
    const life = this.#life;
    agenda.in(random.int(1_500), () => {
      if (life !== this.#life) return;
      for (const [registrationId, open] of this.#streams) {
        if (open !== stream) continue;
        this.#streams.delete(registrationId);
        this.#tellDispatch({ type: 'cut', registrationId });
      }
    });
  }

  receive(stream: Stream, registrationId: string, frame: UpFrame): void {
    if (this.#dispatch === undefined) return;
    if (frame.type === 'hello') {
      this.#streams.set(registrationId, stream);
      this.#tellDispatch(frame);
    } else {
      this.#tellDispatch({ ...frame, registrationId });
    }
  }

  /** Tells the region something; nobody hears it while the kernel is down, or has not read its journal. */
  tell(input: RegionInput, answer: (reply: RegionReply) => void = () => {}): void {
    if (!this.#recovered) return;
    this.#queue.push({ input, answer });
    if (this.#writing === undefined) this.#commit();
  }

  #commit(): void {
    const { agenda, random } = this.#simulation;
    const group = this.#queue.splice(0, 8);
    const life = this.#life;
    let draft = this.#durable;
    const checks: (() => void)[] = [];
    const released: (readonly [Ticket, readonly RegionEffect[]])[] = [];
    for (const ticket of group) {
      const decision = this.#machine.decide(draft, ticket.input, agenda.now);
      const before = draft;
      checks.push(() => this.#regionInvariants.check(before, ticket.input, decision));
      draft = decision.next;
      released.push([ticket, decision.effects]);
    }
    const writing = (): void => {
      for (const check of checks) check();
      this.#durable = draft;
    };
    this.#writing = writing;
    agenda.in(random.int(30), () => {
      if (life !== this.#life) return;
      writing();
      this.#writing = undefined;
      for (const [ticket, effects] of released) this.#release(ticket, effects);
      this.#scheduleRuns();
      if (this.#queue.length > 0 && this.#writing === undefined) this.#commit();
    });
  }

  #release(ticket: Ticket, effects: readonly RegionEffect[]): void {
    for (const effect of effects) {
      if (effect.type === 'reply') ticket.answer(effect.reply);
      else if (effect.type === 'dispatch') this.#tellDispatch({ type: 'add', order: effect.order });
      else if (effect.type === 'tellLocks') this.tell({ type: 'tellLocks' }, () => {});
      else this.#tellDispatch(effect);
    }
  }

  #tellDispatch(input: DispatchInput): readonly DispatchEffect[] {
    const machine = this.#dispatch;
    if (machine === undefined) return [];
    const effects = machine.decide(input, this.#simulation.agenda.now);
    this.#dispatchInvariants.check(machine, input, effects);
    for (const effect of effects) this.#perform(effect);
    this.#wakeDispatch(machine.nextDeadline());
    return effects;
  }

  #perform(effect: DispatchEffect): void {
    switch (effect.type) {
      case 'registered':
      case 'refuse':
        return;
      case 'settle': {
        const { order, outcome, usage, from } = effect;
        const { runId: run, callId, attempt } = order;
        const life = this.#life;
        return this.tell({ type: 'settle', runId: run, callId, attempt, outcome, ...(usage && { usage }) }, (reply) => {
          if (from !== undefined && life === this.#life)
            this.#tellDispatch({ type: 'settled', ...from, accepted: reply.ok });
        });
      }
      case 'lost': {
        const { runId: run, callId, attempt } = effect.order;
        return this.tell({ type: 'lost', runId: run, callId, attempt, message: effect.message });
      }
      case 'close': {
        const stream = this.#streams.get(effect.registrationId);
        this.#streams.delete(effect.registrationId);
        if (stream !== undefined) this.#down(stream, { type: 'closed', error: effect.error.id });
        return;
      }
      default: {
        const stream = this.#streams.get(effect.registrationId);
        if (stream !== undefined) this.#down(stream, effect);
      }
    }
  }

  #down(stream: Stream, frame: DownFrame): void {
    stream.down(frame, (arrived) => this.#peers.get(stream)?.receive(arrived));
  }

  #wakeDispatch(at: Instant | undefined): void {
    if (at === undefined || at >= this.#wakeAt) return;
    this.#wakeAt = at;
    this.#simulation.agenda.at(at, () => {
      this.#wakeAt = Number.POSITIVE_INFINITY;
      this.#tellDispatch({ type: 'time' });
    });
  }

  #scheduleRuns(): void {
    for (const run of this.#durable.runs.values()) {
      const at = this.#machine.runDeadline(this.#durable, run);
      if (this.#runWakes.get(run.runId) === at) continue;
      this.#runWakes.set(run.runId, at);
      this.#simulation.agenda.at(at, () => this.tell({ type: 'wake', runId: runId(run.runId) }));
    }
  }
}
