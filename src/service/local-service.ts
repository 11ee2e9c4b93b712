import { stat } from 'node:fs/promises';
import { type Clock, later, tauError } from 'tau-core';
import { type ConnectOptions, createClient, type KernelChannel } from 'tau-core/client';
import { type AttachedExtension, connectExtension } from 'tau-core/extension';
import { type Report, type RunningService, StateReport } from 'tau-core/node';
import { openSqliteJournal } from '../journal/open-journal.js';
import { localExtension } from '../local-extension.js';
import { VERSION } from '../version.js';
import { kernelDefinitions } from '../workflows/kernel-definitions.js';
import { WorkflowFolder } from '../workflows/workflow-folder.js';
import { WorkflowSync } from '../workflows/workflow-sync.js';
import { printableConfig, type ServiceConfig } from './config.js';

/** What the service is connected to. */
export interface ServicePorts {
  readonly report: Report;
  readonly clock: Clock;
  connect(options: ConnectOptions): KernelChannel;
}

/** On stopping, handlers that take longer than this are told to stop; a supervisor's own patience is usually 10 s. */
const STOP_GRACE_MS = 5_000;

const KERNEL_ADVICE = '"tau kernel start" starts one';

/**
 * Opens the journal, attaches to the kernel and keeps its workflows like the folder. Returns once it is under way;
 * reports `ready` once it is attached and the workflows are in the kernel. A kernel that is away is waited for.
 *
 * @throws TauError DATA_IN_USE, JOURNAL_CORRUPT, JOURNAL_FAILED, UNSUPPORTED (the journal), CONFIG_INVALID (the
 * folders of workflows and scripts), INVALID_ARGUMENT (the kernel's address).
 */
export async function startService(config: ServiceConfig, ports: ServicePorts): Promise<RunningService> {
  const { report, clock } = ports;
  report.event('config', printableConfig(config), configLine(config));
  await checkShellFolder(config);
  const folders = config.workflows.map((path) => new WorkflowFolder(path));
  await Promise.all(folders.map((folder) => folder.scan()));
  const { kernel: address, token } = config;
  const channel = ports.connect(token === undefined ? { address } : { address, token });
  const journal = await openSqliteJournal({ folder: config.data }).catch((thrown: unknown) => {
    channel.close();
    throw thrown;
  });
  const store = kernelDefinitions(createClient(channel, { clock }));
  const syncs = folders.map((folder) => new WorkflowSync({ folder, store, report, clock }));
  const states = new StateReport({ kernel: config.kernel, report, advice: KERNEL_ADVICE });
  const extension = connectExtension(localExtension({ journal, report, clock, ...shellOf(config) }), {
    channel,
    clock,
    instanceId: config.instance,
    onState: (state, error) => {
      states.change(state, error);
      if (state === 'attached') for (const sync of syncs) sync.resync();
    },
  });
  reportReady(config, report, [extension.attached(), ...syncs.map((sync) => sync.brought())]);
  return {
    stopped: () => extension.stopped(),
    async stop() {
      await Promise.all(syncs.map((sync) => sync.close()));
      // Without a kernel nobody would hear how the work ended.
      if (extension.state === 'attached') await drainOrTimeOut(extension, clock);
      await extension.close();
      channel.close();
      journal.close();
    },
  };
}

function reportReady(config: ServiceConfig, report: Report, conditions: readonly Promise<void>[]): void {
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

/** Told now, and not by the first step that runs there. */
async function checkShellFolder({ allowShell }: ServiceConfig): Promise<void> {
  if (allowShell === undefined) return;
  const found = await stat(allowShell).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  throw tauError('CONFIG_INVALID', `--allow-shell: there is no folder ${allowShell}; make it, or name another`);
}

/** Scripts may be run where the command line said so. */
function shellOf({ allowShell }: ServiceConfig): { readonly shellWorkspace?: string } {
  return allowShell === undefined ? {} : { shellWorkspace: allowShell };
}

function configLine({ kernel, data, workflows, allowShell, instance, token }: ServiceConfig): string {
  const parts = [
    `kernel ${kernel}`,
    `data ${data}`,
    `workflows ${workflows.join(', ') || 'none'}`,
    `shell ${allowShell ?? 'none'}`,
    `instance ${instance}`,
  ];
  return `tau-ext-local ${VERSION}: ${parts.join(', ')}, token ${token === undefined ? 'none' : 'set'}`;
}
