import { errorData, type Outcome } from 'tau-core';
import type { WorkRef } from '../../src/machines/dispatch/state.js';
import { manifest } from '../lab/dispatch-lab.js';
import type { DownFrame, Stream, UpFrame } from './network.js';
import type { Simulation } from './simulation.js';

type WorkFrame = Extract<DownFrame, { readonly type: 'work' }>;

interface Running {
  readonly ref: WorkRef;
  readonly bytes: number;
}

interface Kept {
  readonly ref: WorkRef;
  readonly outcome: Outcome;
}

const CREDIT = { items: 4, bytes: 4 * 300 } as const;

/** An extension's process as the contract wants it: registers, attaches, works, keeps results, comes back after cuts. */
export class ExtensionModel {
  readonly instanceId: string;
  readonly #simulation: Simulation;
  readonly #offers: Parameters<typeof manifest>[1];
  readonly #running = new Map<string, Running>();
  readonly #kept = new Map<string, Kept>();
  #life = 0;
  #registrationId: string | undefined;
  #stream: Stream | undefined;
  #welcomed = false;
  #granted = { items: 0, bytes: 0 };
  #heardAt = 0;

  constructor(
    simulation: Simulation,
    instanceId: string,
    offers: NonNullable<Parameters<typeof manifest>[1]>['offers'],
  ) {
    this.#simulation = simulation;
    this.instanceId = instanceId;
    this.#offers = offers === undefined ? {} : { offers };
  }

  get idle(): boolean {
    return this.#running.size === 0 && this.#kept.size === 0;
  }

  /** A new life of the process. */
  start(): void {
    this.#life += 1;
    this.#running.clear();
    this.#kept.clear();
    this.#registrationId = undefined;
    this.#stream = undefined;
    this.#connect(this.#life);
  }

  /** As `kill -9`: what it had in its hands is gone, and its stream is cut. */
  kill(): void {
    this.#life += 1;
    if (this.#stream !== undefined) this.#simulation.cut(this.#stream);
    this.#stream = undefined;
  }

  /** The network takes the stream away. */
  cutStream(): void {
    if (this.#stream !== undefined) this.#simulation.cut(this.#stream);
  }

  /** Wants no more work; what runs completes. */
  leave(): void {
    this.#send({ type: 'leaving' });
  }

  #connect(life: number): void {
    const { agenda, random, kernel } = this.#simulation;
    agenda.in(1 + random.int(50), () => {
      if (life !== this.#life || this.#stream !== undefined) return;
      if (!kernel.isUp) return this.#connect(life);
      if (this.#registrationId === undefined) {
        const registered = kernel.register(manifest(this.instanceId, { ...this.#offers, incarnation: String(life) }));
        // The answer may get lost: it is asked for again, and is the same.
        if (registered === undefined || random.int(10) === 0) return this.#connect(life);
        this.#registrationId = registered;
      }
      this.#open(life, this.#registrationId);
    });
  }

  #open(life: number, registrationId: string): void {
    const { kernel } = this.#simulation;
    const stream = this.#simulation.newStream();
    this.#stream = stream;
    this.#welcomed = false;
    this.#granted = { items: 0, bytes: 0 };
    this.#heardAt = this.#simulation.agenda.now;
    kernel.connect(stream, {
      receive: (frame) => life === this.#life && stream === this.#stream && this.#receive(frame),
      lost: () => this.#lostStream(life, stream),
    });
    const refs = (items: Iterable<{ readonly ref: WorkRef }>) => Array.from(items, ({ ref }) => ref);
    this.#send({
      type: 'hello',
      registrationId,
      running: refs(this.#running.values()),
      kept: refs(this.#kept.values()),
    });
    this.#watchLease(life, stream);
  }

  #lostStream(life: number, stream: Stream): void {
    if (life !== this.#life || stream !== this.#stream) return;
    this.#stream = undefined;
    this.#connect(life);
  }

  /** A kernel that is silent for a lease: what runs is stopped, and the stream given up. */
  #watchLease(life: number, stream: Stream): void {
    const { agenda, leaseTtlMs } = this.#simulation;
    agenda.at(this.#heardAt + leaseTtlMs, () => {
      if (life !== this.#life || stream !== this.#stream) return;
      if (agenda.now < this.#heardAt + leaseTtlMs) return this.#watchLease(life, stream);
      const error = errorData('WORK_LOST', 'the lease has ended');
      for (const { ref } of [...this.#running.values()]) this.#end(ref, { kind: 'unknown', error });
      this.#simulation.cut(stream);
      this.#lostStream(life, stream);
    });
  }

  #send(frame: UpFrame): void {
    const [stream, registrationId] = [this.#stream, this.#registrationId];
    if (stream === undefined || registrationId === undefined) return;
    stream.up(frame, (arrived) => this.#simulation.kernel.receive(stream, registrationId, arrived));
  }

  #receive(frame: DownFrame): void {
    this.#heardAt = this.#simulation.agenda.now;
    switch (frame.type) {
      case 'welcome': {
        this.#welcomed = true;
        for (const ref of frame.abort) this.#running.delete(ref.workId);
        for (const ref of frame.forget) this.#forget(ref);
        for (const { ref, outcome } of this.#kept.values()) this.#send({ type: 'result', ref, outcome });
        const used = [...this.#running.values()].reduce((sum, { bytes }) => sum + bytes, 0);
        return this.#grant(Math.max(0, CREDIT.items - this.#running.size), Math.max(0, CREDIT.bytes - used));
      }
      case 'work':
        return this.#work(frame);
      case 'cancel':
        if (this.#running.get(frame.ref.workId)?.ref.fence === frame.ref.fence)
          this.#end(frame.ref, { kind: 'cancelled', reason: frame.reason });
        return;
      case 'ack':
        return this.#forget(frame.ref);
      case 'ping':
        return this.#send({ type: 'alive' });
      case 'draining':
        return;
      case 'closed':
        if (this.#stream !== undefined) this.#stream.cut = true;
        this.#stream = undefined;
        this.#registrationId = undefined;
        // Replaced by a newer life, which is this process's own doing here: that one goes on.
        if (frame.error !== 'TAU-3007') this.#connect(this.#life);
    }
  }

  #work({ ref, order, redelivered }: WorkFrame): void {
    const bytes = 256 + order.inputJson.length + order.answerJson.length;
    this.#granted.items -= 1;
    this.#granted.bytes -= bytes;
    if (this.#granted.items < 0 || this.#granted.bytes < 0)
      throw new Error(`${this.instanceId} was sent more than it granted`);
    const older = this.#running.get(ref.workId);
    const before = older?.ref ?? this.#kept.get(ref.workId)?.ref;
    if (before !== undefined && before.fence >= ref.fence)
      throw new Error(`${ref.workId} came again under an older fence`);
    // The newer dispatch takes the older one's place, which gives back what it took.
    if (older !== undefined) this.#grant(1, older.bytes);
    this.#kept.delete(ref.workId);
    this.#running.set(ref.workId, { ref, bytes });
    this.#simulation.world.begin(ref.workId, redelivered, this.instanceId);
    const { durationMs, outcome } = this.#simulation.world.plan(ref);
    const life = this.#life;
    this.#simulation.agenda.in(durationMs, () => {
      if (life === this.#life && this.#running.get(ref.workId)?.ref === ref) this.#end(ref, outcome);
    });
  }

  #end(ref: WorkRef, outcome: Outcome): void {
    const bytes = this.#running.get(ref.workId)?.bytes ?? 0;
    this.#running.delete(ref.workId);
    this.#simulation.world.end(ref.workId, outcome);
    this.#kept.set(ref.workId, { ref, outcome });
    if (!this.#welcomed || this.#stream === undefined) return;
    this.#send({ type: 'result', ref, outcome });
    this.#grant(1, bytes);
  }

  #grant(items: number, bytes: number): void {
    this.#granted.items += items;
    this.#granted.bytes += bytes;
    this.#send({ type: 'credit', items, bytes });
  }

  #forget(ref: WorkRef): void {
    if (this.#kept.get(ref.workId)?.ref.fence === ref.fence) this.#kept.delete(ref.workId);
  }
}
