import type { Json, JsonObject, ProgramEffect, ProgramLanguage } from 'tau-core';
import { callId } from 'tau-core';
import { createClient, type TauClient } from 'tau-core/client';
import { type AttachedExtension, action, connectExtension, defineExtension, type Handler } from 'tau-core/extension';
import { MemoryJournal, type MemoryJournalOptions, World } from 'tau-core/testing';
import { embeddedChannel } from '../src/embedded/embedded-channel.js';
import { hosted } from '../src/machines/region/programs.js';
import type { KernelLog } from '../src/shell/journal-link.js';
import { Kernel, type KernelOptions } from '../src/shell/kernel.js';

/** A program that makes `steps` calls of `work@v1`, one after another, and gives their outputs. */
interface Sequence {
  readonly steps: number;
  readonly timeoutMs?: number;
  readonly on?: string;
}

interface SequenceState {
  readonly outputs: readonly Json[];
  readonly failed: boolean;
}

type SequenceEvent = { readonly output: Json } | { readonly failed: true };

const next = (definition: Sequence, index: number): ProgramEffect => ({
  type: 'call',
  callId: callId(`s${index}`),
  capability: 'action:work@v1',
  input: { index },
  retry: { attemptsMax: 12, firstDelayMs: 100, factor: 2, delayMaxMs: 1_000 },
  ...(definition.timeoutMs !== undefined && { timeoutMs: definition.timeoutMs }),
});

export const sequenceLanguage: ProgramLanguage<Sequence, SequenceState, SequenceEvent> = {
  program: {
    kind: 'sequence',
    initial: () => ({ outputs: [], failed: false }),
    decide: (definition, state, input) => {
      if (input.type === 'begin') return { events: [], effects: [next(definition, 0)] };
      if (input.type === 'cancel')
        return { events: [], effects: [{ type: 'finish', outcome: { kind: 'cancelled', reason: input.reason } }] };
      if (input.type !== 'callSettled') return { events: [], effects: [] };
      if (input.outcome.kind !== 'ok')
        return { events: [{ failed: true }], effects: [{ type: 'finish', outcome: input.outcome }] };
      const outputs = [...state.outputs, input.outcome.output];
      const effect: ProgramEffect =
        outputs.length < definition.steps
          ? next(definition, outputs.length)
          : { type: 'finish', outcome: { kind: 'ok', output: outputs } };
      return { events: [{ output: input.outcome.output }], effects: [effect] };
    },
    evolve: (_definition, state, event) =>
      'failed' in event ? { ...state, failed: true } : { ...state, outputs: [...state.outputs, event.output] },
    nextDeadline: () => undefined,
  },
  parse: (source) => ({ ok: true, definition: JSON.parse(source) as Sequence }),
  triggers: (definition) => (definition.on === undefined ? [] : [definition.on]),
  matches: () => true,
  checkInput: (_definition, input) => ({ ok: true, definition: input }),
};

/** A kernel in a world: embedded, with its journal and its workers mounted as extensions, under a virtual clock. */
export class KernelWorld {
  readonly world: World;
  readonly journal: MemoryJournal;
  readonly logs: KernelLog[] = [];
  kernel: Kernel;
  client: TauClient;
  #extensions: AttachedExtension[] = [];
  #channel: ReturnType<typeof embeddedChannel>;
  readonly #options: Partial<KernelOptions>;

  constructor(seed: number, options: Partial<KernelOptions> = {}, faults: MemoryJournalOptions = {}) {
    this.world = new World({ seed });
    this.journal = new MemoryJournal(faults);
    this.#options = options;
    const booted = this.#boot();
    this.kernel = booted.kernel;
    this.#channel = booted.channel;
    this.client = booted.client;
  }

  #boot() {
    const { clock, random } = this.world;
    const kernel = new Kernel(
      { languages: [hosted(sequenceLanguage)], ...this.#options },
      { clock, random, defer: queueMicrotask, log: (entry) => this.logs.push(entry) },
    );
    const channel = embeddedChannel(kernel);
    return { kernel, channel, client: createClient(channel, { clock, random }) };
  }

  /** Ends the kernel as `kill -9` would: nothing is flushed; and starts another one in its place. */
  restartKernel(): void {
    this.kernel.stop();
    this.#channel.close();
    const booted = this.#boot();
    this.kernel = booted.kernel;
    this.#channel = booted.channel;
    this.client = booted.client;
  }

  mountJournal(): AttachedExtension {
    return this.#mount(
      defineExtension({ name: 'journal', version: '1', capabilities: [], journal: this.journal }),
      'journal',
    );
  }

  mountWorker(handler: Handler<JsonObject>, instanceId = 'worker', name = 'work@v1'): AttachedExtension {
    const capabilities = [action(name, { description: 'works' }, handler)];
    return this.#mount(defineExtension({ name: 'worker', version: '1', capabilities }), instanceId);
  }

  #mount(extension: ReturnType<typeof defineExtension>, instanceId: string): AttachedExtension {
    const { clock, random } = this.world;
    const attached = connectExtension(extension, { channel: this.#channel, clock, random, instanceId });
    this.#extensions.push(attached);
    return attached;
  }

  /** Runs a promise to its end in virtual time. */
  result<Value>(promise: Promise<Value>, limitMs = 600_000): Promise<Value> {
    return this.world.result(promise, limitMs);
  }

  async define(name: string, definition: Sequence): Promise<void> {
    await this.result(this.client.putDefinition({ name, source: JSON.stringify(definition), program: 'sequence' }));
  }

  async close(): Promise<void> {
    const closing = Promise.all(this.#extensions.map((extension) => extension.close()));
    await this.result(closing);
    this.kernel.stop();
    this.#channel.close();
  }
}
