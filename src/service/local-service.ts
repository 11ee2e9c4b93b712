import { type Clock, type ErrorData, later } from 'tau-core';
import { type ConnectOptions, createClient, type KernelChannel } from 'tau-core/client';
import { type AttachedExtension, connectExtension } from 'tau-core/extension';
import { openSqliteJournal } from '../journal/open-journal.js';
import { localExtension } from '../local-extension.js';
import { VERSION } from '../version.js';
import { kernelDefinitions } from '../workflows/kernel-definitions.js';
import { WorkflowFolder } from '../workflows/workflow-folder.js';
import { WorkflowSync } from '../workflows/workflow-sync.js';
import { printableConfig, type ServiceConfig } from './config.js';
import type { Report } from './report.js';
import { StateReport } from './state-report.js';

/** What the service is connected to. */
export interface ServicePorts {
  readonly report: Report;
  readonly clock: Clock;
  connect(options: ConnectOptions): KernelChannel;
}

/** The running extension process, apart from its command line and signals. */
export interface LocalService {
  /** Resolves when it can go on no more: with the error, or undefined after `stop`. */
  stopped(): Promise<ErrorData | undefined>;
  /** Lets handlers end for up to `STOP_GRACE_MS`, then lets go of everything. */
  stop(): Promise<void>;
}

/** Handlers that take longer are told to stop; a supervisor's own patience is usually 10 s. */
const STOP_GRACE_MS = 5_000;

/**
 * Opens the journal, attaches to the kernel and keeps its workflows like the folder. Returns once it is under way;
 * reports `ready` once it is attached and the workflows are in the kernel. A kernel that is away is waited for.
 *
 * @throws TauError DATA_IN_USE, JOURNAL_CORRUPT, JOURNAL_FAILED, UNSUPPORTED (the journal), CONFIG_INVALID (the
 * workflow folder), INVALID_ARGUMENT (the kernel's address).
 */
export async function startService(config: ServiceConfig, ports: ServicePorts): Promise<LocalService> {
  const { report, clock } = ports;
  report.event('config', printableConfig(config), configLine(config));
  const folder = config.workflows === undefined ? undefined : new WorkflowFolder(config.workflows);
  await folder?.scan();
  const { kernel: address, token } = config;
  const channel = ports.connect(token === undefined ? { address } : { address, token });
  const journal = await openSqliteJournal({ folder: config.data }).catch((thrown: unknown) => {
    channel.close();
    throw thrown;
  });
  const store = kernelDefinitions(createClient(channel, { clock }));
  const sync = folder && new WorkflowSync({ folder, store, report, clock });
  const states = new StateReport(config.kernel, report);
  const extension = connectExtension(localExtension({ journal, report, clock }), {
    channel,
    clock,
    instanceId: config.instance,
    onState: (state, error) => {
      states.change(state, error);
      if (state === 'attached') sync?.resync();
    },
  });
  reportReady(config, report, [extension.attached(), sync?.brought()]);
  return {
    stopped: () => extension.stopped(),
    async stop() {
      await sync?.close();
      // Without a kernel nobody would hear how the work ended.
      if (extension.state === 'attached') await drainOrTimeOut(extension, clock);
      await extension.close();
      channel.close();
      journal.close();
    },
  };
}

function reportReady(config: ServiceConfig, report: Report, conditions: readonly (Promise<void> | undefined)[]): void {
  const { kernel, data, instance } = config;
  Promise.all(conditions).then(
    () => report.event('ready', { kernel, data, instance }, `tau-ext-local ready: attached to the kernel at ${kernel}`),
    // It was stopped before; `stopped` tells why.
    () => undefined,
  );
}

function drainOrTimeOut(extension: AttachedExtension, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const timer = clock.at(later(clock.now(), STOP_GRACE_MS), resolve);
    const end = (): void => {
      timer.cancel();
      resolve();
    };
    extension.drain().then(end, end);
  });
}

function configLine({ kernel, data, workflows, instance, token }: ServiceConfig): string {
  const parts = [`kernel ${kernel}`, `data ${data}`, `workflows ${workflows ?? 'none'}`, `instance ${instance}`];
  return `tau-ext-local ${VERSION}: ${parts.join(', ')}, token ${token === undefined ? 'none' : 'set'}`;
}
