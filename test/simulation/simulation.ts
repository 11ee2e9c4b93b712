import { callId, type RetryPolicy, runId } from 'tau-core';
import { type SeededRandom, seededRandom } from 'tau-core/testing';
import type { RegionInput } from '../../src/machines/region/inputs.js';
import { bound, request } from '../lab/region-lab.js';
import type { ScriptCall, ScriptStep } from '../programs/scripted.js';
import { Agenda } from './agenda.js';
import { ExtensionModel } from './extension-model.js';
import { KernelModel } from './kernel-model.js';
import { Stream } from './network.js';
import { OutsideWorld } from './outside-world.js';

const RUNS = 8;
const FAULTS_UNTIL_MS = 8_000;
const CALM_MS = 60_000;
const RETRY: RetryPolicy = { attemptsMax: 4, firstDelayMs: 50, factor: 2, delayMaxMs: 500 };

/** A kernel, four extensions and a client in virtual time, and all that may go wrong between them, from one seed. */
export class Simulation {
  readonly agenda = new Agenda();
  readonly random: SeededRandom;
  readonly world: OutsideWorld;
  readonly kernel: KernelModel;
  readonly leaseTtlMs = 1_000;
  readonly extensions: readonly ExtensionModel[];
  #streams = 0;

  constructor(seed: number) {
    this.random = seededRandom(seed);
    this.world = new OutsideWorld(this.random.fork('world'));
    this.kernel = new KernelModel(this);
    this.extensions = [
      new ExtensionModel(this, 'a', { 'do@v1': 'any', 'lead@v1': 'leader' }),
      new ExtensionModel(this, 'b', { 'do@v1': 'any', 'stick@v1': 'sticky' }),
      new ExtensionModel(this, 'c', { 'lead@v1': 'leader', 'stick@v1': 'sticky' }),
      new ExtensionModel(this, 'd', { 'do@v1': 'any', 'lead@v1': 'leader', 'stick@v1': 'sticky' }),
    ];
  }

  newStream(): Stream {
    this.#streams += 1;
    return new Stream(this.agenda, this.random.fork(`stream ${this.#streams}`), 1 + this.random.int(40));
  }

  cut(stream: Stream): void {
    if (stream.cut) return;
    stream.cut = true;
    this.kernel.lose(stream);
  }

  /** Trouble for a while, then peace for long enough. */
  run(): void {
    this.kernel.start();
    for (const extension of this.extensions) extension.start();
    this.#ask({ type: 'createSession', durable: true, context: [] });
    for (let index = 0; index < RUNS; index += 1)
      this.agenda.in(this.random.int(FAULTS_UNTIL_MS), () =>
        this.#ask({ type: 'startRun', request: this.#request(index) }),
      );
    for (let fault = 0; fault < 12; fault += 1) this.agenda.in(this.random.int(FAULTS_UNTIL_MS), () => this.#strike());
    for (let wish = 0; wish < 8; wish += 1) this.agenda.in(this.random.int(FAULTS_UNTIL_MS), () => this.#steer());
    this.agenda.runUntil(FAULTS_UNTIL_MS);
    this.world.calm = true;
    if (!this.kernel.isUp) this.kernel.start();
    // A last life for each: what hung in the old one never ends by itself.
    for (const extension of this.extensions) {
      extension.kill();
      extension.start();
    }
    this.#watchOver();
    this.agenda.runUntil(FAULTS_UNTIL_MS + CALM_MS);
  }

  /** A client asks until it has an answer, as clients do: a kernel that is down or dies hears nothing. */
  #ask(input: RegionInput): void {
    let answered = false;
    this.kernel.tell(input, (reply) => {
      answered ||= reply.ok;
    });
    this.agenda.in(500, () => {
      if (!answered) this.#ask(input);
    });
  }

  #request(index: number) {
    const calls = Array.from({ length: 1 + this.random.int(6) }, (_, call) => this.#call(`c${call}`));
    const steps: ScriptStep[] = this.random.int(2) === 0 ? [{ together: calls }] : calls.map((call) => ({ call }));
    return request(`r${index}`, bound('scripted', JSON.parse(JSON.stringify({ steps }))), {
      startKey: `start ${index}`,
      timeoutMs: 300_000,
      priority: this.random.int(10),
    });
  }

  #call(id: string): ScriptCall {
    const capability = `action:${this.random.pick(['do@v1', 'lead@v1', 'stick@v1'])}`;
    return {
      id,
      capability,
      ...(this.random.int(2) === 0 && { retry: RETRY }),
      ...(this.random.int(3) === 0 && { timeoutMs: 200 + this.random.int(4_000) }),
      ...(capability.includes('stick') && { stickyKey: `k${this.random.int(3)}` }),
    };
  }

  #strike(): void {
    const extension = this.random.pick(this.extensions);
    switch (this.random.int(6)) {
      case 0:
        this.kernel.kill();
        return this.agenda.in(this.random.int(1_500), () => this.kernel.isUp || this.kernel.start());
      case 1:
        extension.kill();
        return this.agenda.in(this.random.int(3_000), () => extension.start());
      case 2:
        return extension.leave();
      default:
        return extension.cutStream();
    }
  }

  #steer(): void {
    const id = runId(`r${this.random.int(RUNS)}`);
    const pause = this.random.int(3) > 0;
    this.kernel.tell(
      pause
        ? { type: 'pauseRun', runId: id }
        : { type: 'cancelRun', runId: id, kill: this.random.int(2) === 0, reason: 'enough' },
    );
    if (pause && this.random.int(4) > 0)
      this.agenda.in(this.random.int(2_000), () => this.kernel.tell({ type: 'resumeRun', runId: id }));
  }

  /** Answers what runs ask, so that they can come to their ends. */
  #watchOver(): void {
    for (const run of this.kernel.region.runs.values()) {
      for (const call of run.calls.values()) {
        if (call.question === undefined) continue;
        const { version } = call.question;
        this.kernel.tell({ type: 'answer', runId: run.runId, callId: callId(call.callId), version, answer: true });
      }
    }
    this.agenda.in(1_000, () => this.#watchOver());
  }
}
