import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connectKernel, createClient, type KernelChannel, type TauClient } from 'tau-core/client';
import { connectExtension, defineExtension } from 'tau-core/extension';
import { systemClock, systemRandom } from 'tau-core/node';
import { eventually } from 'tau-core/testing';
import { lineReport, localExtension, openSqliteJournal } from 'tau-ext-local';
import { flowLanguage, hubLanguage, scheduleLanguage, workflowLanguage } from 'tau-orchestrate';
import { embeddedChannel, hosted, Kernel } from 'tau-runtime-kernel';
import { SCENARIO_SECRETS, scenarioCapabilities } from '../scenarios/all.ts';
import { Gates } from '../scenarios/gates.ts';
import { binScript } from './bins.ts';
import { journalRead } from './journal-read.ts';
import { kernelStage } from './kernel-scenarios.ts';
import { kernelSpec } from './members.ts';
import { ownFolder } from './owned.ts';
import type { ScenarioHost } from './played.ts';
import { freePort } from './ports.ts';
import { Service } from './service.ts';

/** A kernel that scenarios can be played on. */
export interface ScenarioKernel extends ScenarioHost {
  readonly client: TauClient;
  readonly channel: KernelChannel;
}

/** The kernel with journal and handlers in this process, without sockets. */
export async function embeddedKernel(workspace: string): Promise<ScenarioKernel> {
  const folder = newFolder();
  const journal = await openSqliteJournal({ folder });
  const languages = [hosted(workflowLanguage), hosted(flowLanguage), hosted(scheduleLanguage), hosted(hubLanguage)];
  const kernel = new Kernel({ languages }, { clock: systemClock, random: systemRandom });
  const channel = embeddedChannel(kernel);
  const secrets = (name: string): string | undefined => SCENARIO_SECRETS[name];
  const report = lineReport({ write: () => true } as unknown as NodeJS.WritableStream, true);
  const local = connectExtension(localExtension({ journal, report, shellWorkspace: workspace }), { channel, secrets });
  const capabilities = scenarioCapabilities(new Gates());
  const worker = connectExtension(defineExtension({ name: 'scenario-worker', version: '1', capabilities }), {
    channel,
    secrets,
  });
  await Promise.all([local.attached(), worker.attached()]);
  const client = createClient(channel);
  await eventually(() => kernel.journal.status === 'attached');
  return {
    name: 'embedded kernel',
    client,
    channel,
    stage: (scenario) => kernelStage(client, scenario),
    async close() {
      await Promise.all([worker.close(), local.close()]);
      kernel.stop();
      channel.close();
      await journal.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** How the processes of a kernel are started. */
export interface KernelProcessesOptions {
  /** Where scripts run. */
  readonly workspace: string;
  /** The worker's script, given the kernel's address and the folder; default: the scenarios' handlers. */
  readonly worker?: URL;
  /** By name. */
  readonly secrets?: Readonly<Record<string, string>>;
}

/** Kernel, journal and worker as processes of their own. */
export class KernelProcesses implements ScenarioKernel {
  readonly name = 'processes';
  readonly folder: string;
  readonly kernel: Service;
  readonly local: Service;
  readonly worker: Service;
  readonly channel: KernelChannel;
  readonly client: TauClient;

  private constructor(folder: string, address: string, { workspace, worker, secrets }: KernelProcessesOptions) {
    this.folder = folder;
    const env = Object.fromEntries(
      Object.entries(secrets ?? SCENARIO_SECRETS).map(([name, value]) => [`TAU_SECRET_${name}`, value]),
    );
    const isReady = (line: string): boolean =>
      line.startsWith('{') && (JSON.parse(line) as { event?: string }).event === 'ready';
    this.kernel = new Service(kernelSpec({ kernel: address, token: undefined }));
    this.local = new Service({
      name: 'tau-ext-local',
      script: binScript('tau-ext-local', 'tau-ext-local'),
      args: ['--kernel', address, '--data', join(folder, 'local'), '--allow-shell', workspace, '--json'],
      env,
      isReady,
    });
    this.worker = new Service({
      name: 'worker',
      script: fileURLToPath(worker ?? new URL('../scenarios/worker.ts', import.meta.url)),
      args: [address, folder],
      env,
      isReady,
    });
    this.channel = connectKernel({ address });
    this.client = createClient(this.channel);
  }

  static async start(options: KernelProcessesOptions): Promise<KernelProcesses> {
    const processes = new KernelProcesses(newFolder(), `127.0.0.1:${await freePort()}`, options);
    await processes.kernel.start();
    await Promise.all([processes.local.start(), processes.worker.start()]);
    await journalRead(processes.client);
    return processes;
  }

  /** What all processes have printed, in all of their lives. */
  get output(): string {
    return [this.kernel, this.local, this.worker].map(({ output }) => output).join('\n');
  }

  /** `kill -9` of the kernel; resolves when its next life has read the journal. */
  async restartKernel(): Promise<void> {
    await this.kernel.restart();
    await journalRead(this.client);
  }

  stage(scenario: Parameters<ScenarioHost['stage']>[0]): ReturnType<ScenarioHost['stage']> {
    return kernelStage(this.client, scenario);
  }

  async close(): Promise<void> {
    this.channel.close();
    await Promise.all([this.worker.stop(), this.local.stop()]);
    await this.kernel.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tau-same-'));
  ownFolder(folder);
  return folder;
}
