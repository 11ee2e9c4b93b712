import { HOST_CAPABILITIES, type Instant, TauError, tauError, toErrorData } from 'tau-core';
import { type ExtensionServiceImplementation, extensionv1, outcomeFromProto, usageFromProto } from 'tau-core/contract';
import type { Manifest, OfferedCapability, Routing } from '../machines/dispatch/state.js';
import type { Kernel } from '../shell/kernel.js';
import { Outbox } from '../shell/outbox.js';
import type { JournalSend } from '../shell/remote-journal.js';
import { contextItem } from './content.js';
import { downFrame } from './down-frames.js';
import { FRAME_BYTES_MAX } from './limits.js';

const CONTRACT = 'tau.extension.v1';
const CAPABILITY_PATTERN = /^[A-Za-z0-9._/@-]{1,200}$/;

const HOST_SERVED: ReadonlySet<string> = new Set(Object.values(HOST_CAPABILITIES));

const ROUTINGS: { readonly [routing: number]: Routing } = {
  [extensionv1.Routing.UNSPECIFIED]: 'any',
  [extensionv1.Routing.ANY]: 'any',
  [extensionv1.Routing.STICKY]: 'sticky',
  [extensionv1.Routing.LEADER]: 'leader',
};

export function extensionService(kernel: Kernel): ExtensionServiceImplementation {
  return {
    register: async (request) => {
      const manifest = manifestOf(request);
      const refusal = whyRefused(request, manifest);
      if (refusal !== undefined) {
        kernel.dispatcher.decide({ type: 'refused', manifest, error: refusal.data });
        throw refusal;
      }
      return {
        registrationId: kernel.dispatcher.register(manifest),
        kernelId: kernel.id,
        leaseTtlMs: kernel.dispatchLimits.leaseTtlMs,
        frameBytesMax: FRAME_BYTES_MAX,
        features: [],
      };
    },

    async *attach(requests, { signal }) {
      const messages = requests[Symbol.asyncIterator]();
      const [greeting, ...others] = (await messages.next()).value?.frames ?? [];
      if (greeting?.frame?.$case !== 'hello')
        throw tauError('INVALID_ARGUMENT', 'the first frame of Attach must be hello');
      const { registrationId, running, kept } = greeting.frame.value;
      const outbox = kernel.dispatcher.open(registrationId);
      kernel.dispatcher.decide({ type: 'hello', registrationId, running, kept });
      for (const frame of others) takeFrame(kernel, registrationId, frame);
      void readFrames(kernel, registrationId, messages).finally(() => kernel.dispatcher.cut(registrationId, outbox));
      try {
        for await (const batch of outbox.batches(signal)) {
          const now: Instant = kernel.clock.now();
          yield {
            frames: batch.map((effect) =>
              downFrame(effect, kernel.dispatcher.nextSeq(registrationId), kernel.journal.epoch, now),
            ),
          };
        }
      } finally {
        kernel.dispatcher.cut(registrationId, outbox);
      }
    },

    async *bulk(requests, { signal }) {
      const messages = requests[Symbol.asyncIterator]();
      const greeting = (await messages.next()).value?.frame;
      if (greeting?.$case !== 'hello') throw tauError('INVALID_ARGUMENT', 'the first frame of Bulk must be hello');
      const instance = kernel.dispatcher.state.instances.get(greeting.value.registrationId);
      if (instance === undefined)
        throw tauError('NOT_REGISTERED', 'this kernel does not know the registration (any more): register again');
      if (!instance.manifest.capabilities.some((offered) => offered.kind === 'journal')) {
        throw tauError('DENIED', `"${instance.manifest.name}" did not register a journal, which is what Bulk carries`);
      }
      const outbox = new Outbox<extensionv1.JournalCall>();
      const send: JournalSend = (call) => outbox.push(call);
      kernel.journal.connect(send).catch((thrown: unknown) => outbox.end(asError(thrown)));
      void readReplies(kernel, messages).finally(() => outbox.end());
      try {
        for await (const batch of outbox.batches(signal)) {
          for (const call of batch) yield { frame: { $case: 'journal', value: call } };
        }
      } finally {
        kernel.journal.disconnect(send);
      }
    },
  };
}

/** Reads until the stream ends. A stream that breaks has ended: the extension comes back and both sides compare. */
async function readFrames(
  kernel: Kernel,
  registrationId: string,
  messages: AsyncIterator<extensionv1.AttachRequest>,
): Promise<void> {
  try {
    for (let message = await messages.next(); message.done !== true; message = await messages.next()) {
      for (const frame of message.value.frames) takeFrame(kernel, registrationId, frame);
    }
  } catch (thrown) {
    kernel.log({ level: 'info', message: `the stream of ${registrationId} was cut: ${toErrorData(thrown).message}` });
  }
}

async function readReplies(kernel: Kernel, messages: AsyncIterator<extensionv1.BulkRequest>): Promise<void> {
  try {
    for (let message = await messages.next(); message.done !== true; message = await messages.next()) {
      if (message.value.frame?.$case === 'journal') kernel.journal.remote.receive(message.value.frame.value);
    }
  } catch (thrown) {
    kernel.log({ level: 'warning', message: `the journal's stream was cut: ${toErrorData(thrown).message}` });
  }
}

function takeFrame(kernel: Kernel, registrationId: string, { frame }: extensionv1.UpFrame): void {
  switch (frame?.$case) {
    case 'credit':
      kernel.dispatcher.decide({ type: 'credit', registrationId, items: frame.value.items, bytes: frame.value.bytes });
      return;
    case 'result': {
      const { ref, outcome, usage } = frame.value;
      if (ref === undefined) return;
      const spent = usageFromProto(usage);
      kernel.dispatcher.decide({
        type: 'result',
        registrationId,
        ref,
        outcome: outcomeFromProto(outcome),
        ...(spent && { usage: spent }),
      });
      return;
    }
    case 'progress': {
      const work = kernel.dispatcher.state.work.get(frame.value.ref?.workId ?? '');
      kernel.dispatcher.decide({ type: 'alive', registrationId });
      if (work?.fence !== frame.value.ref?.fence || work === undefined || frame.value.content === undefined) return;
      const { runId, callId } = work.order;
      kernel.progress.publish(runId, { callId, content: contextItem(frame.value.content), timeMs: kernel.clock.now() });
      return;
    }
    case 'leaving':
      kernel.dispatcher.decide({ type: 'leaving', registrationId });
      return;
    default:
      kernel.dispatcher.decide({ type: 'alive', registrationId });
  }
}

function manifestOf(request: extensionv1.RegisterRequest): Manifest {
  return {
    name: request.name,
    version: request.version,
    instanceId: request.instanceId,
    incarnation: request.incarnation,
    capabilities: request.capabilities.map(
      (offered): OfferedCapability => ({ ...offered, routing: ROUTINGS[offered.routing] ?? 'any' }),
    ),
  };
}

function whyRefused(request: extensionv1.RegisterRequest, manifest: Manifest): TauError | undefined {
  if (!request.contracts.includes(CONTRACT)) {
    const message = `"${manifest.name}" speaks ${request.contracts.join(', ') || 'no contract'}, this kernel ${CONTRACT}; install a version of the extension that does`;
    return tauError('REGISTRATION_REFUSED', message);
  }
  const odd = manifest.capabilities.find(
    ({ kind, name }) => !CAPABILITY_PATTERN.test(kind) || !CAPABILITY_PATTERN.test(name),
  );
  if (odd !== undefined)
    return tauError(
      'REGISTRATION_REFUSED',
      `"${odd.kind}:${odd.name}" is no capability name: use A-Z a-z 0-9 . _ / @ -`,
    );
  const reserved = manifest.capabilities.find(({ kind, name }) => HOST_SERVED.has(`${kind}:${name}`));
  if (reserved !== undefined) {
    const message = `"${reserved.kind}:${reserved.name}" is served by the kernel itself; offer it under another name`;
    return tauError('REGISTRATION_REFUSED', message);
  }
  return undefined;
}

function asError(thrown: unknown): TauError {
  return new TauError(toErrorData(thrown));
}
