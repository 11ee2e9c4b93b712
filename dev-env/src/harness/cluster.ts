import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectKernel, createClient, type KernelChannel, type TauClient } from 'tau-core/client';
import { HookRelay } from './hook-relay.ts';
import { journalRead } from './journal-read.ts';
import { githubSpec, KERNEL_TOKEN, kernelSpec, localSpec, type Places, WEBHOOK_SECRET } from './members.ts';
import { ownFolder } from './owned.ts';
import { freePort } from './ports.ts';
import { Service } from './service.ts';
import { PEOPLE, REPOSITORY, type StandIn, startStandIn } from './stand-in.ts';

/** What a cluster is made of. */
export interface ClusterOptions {
  /** The folder whose workflows are put into service. */
  readonly workflows: string;
  /** Deliver again what the receiver did not accept. Without it a delivery is lost while the receiver is down. */
  readonly redeliver?: boolean;
  /** The kernel's address; default: a free port of 127.0.0.1. */
  readonly kernel?: string;
  /** Ask no token of clients and extensions. */
  readonly open?: boolean;
  /** A folder with other builds of the libraries, e.g. a node_modules; default: the umbrella's own. */
  readonly libraries?: string | undefined;
}

/** Stand-in, kernel and both extensions, each a process of its own, on free ports and in a folder of their own. */
export class Cluster {
  /** The session of the stand-in's repository. */
  static readonly SESSION = `github/${REPOSITORY}`;

  readonly places: Places;
  readonly standIn: StandIn;
  readonly kernel: Service;
  readonly local: Service;
  readonly github: Service;
  readonly relay: HookRelay | undefined;
  /** As an ordinary client, with the harness's token. */
  readonly channel: KernelChannel;
  readonly client: TauClient;
  /** The repository's webhook at the stand-in. */
  hook = 0;

  private constructor(places: Places, standIn: StandIn, relay: HookRelay | undefined) {
    this.places = places;
    this.standIn = standIn;
    this.relay = relay;
    this.kernel = new Service(kernelSpec(places));
    this.local = new Service(localSpec(places));
    this.github = new Service(githubSpec(places, PEOPLE.bot.token));
    this.channel = connectKernel({
      address: places.kernel,
      ...(places.token !== undefined && { token: places.token }),
    });
    this.client = createClient(this.channel);
  }

  /** Starts everything; what it resolves to is ready for deliveries, with its workflows in service. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const folder = mkdtempSync(join(tmpdir(), 'tau-cluster-'));
    ownFolder(folder);
    const receiverPort = await freePort();
    const kernel = options.kernel ?? `127.0.0.1:${await freePort()}`;
    const standIn = await startStandIn(folder);
    const token = options.open === true ? undefined : KERNEL_TOKEN;
    const { workflows, libraries } = options;
    const places: Places = { kernel, token, receiverPort, folder, githubUrl: standIn.url, workflows, libraries };
    const receiver = receiverUrl(places);
    const relay = options.redeliver === true ? await HookRelay.start(receiver) : undefined;
    const cluster = new Cluster(places, standIn, relay);
    await cluster.kernel.start();
    await Promise.all([cluster.local.start(), cluster.github.start()]);
    await journalRead(cluster.client);
    cluster.hook = await standIn.owner.createHook(relay?.url ?? receiver, WEBHOOK_SECRET);
    return cluster;
  }

  get members(): readonly Service[] {
    return [this.kernel, this.local, this.github];
  }

  /** Where the GitHub extension takes deliveries. */
  get receiver(): string {
    return receiverUrl(this.places);
  }

  /** Asks everything to stop, extensions first; leaves nothing behind. Gives the names of those that did not end well. */
  async stop(): Promise<readonly string[]> {
    await this.relay?.close();
    this.channel.close();
    const bad: string[] = [];
    for (const service of [this.github, this.local, this.kernel, this.standIn.service]) {
      const exit = await service.stop();
      if (exit !== undefined && exit.code !== 0)
        bad.push(`${service.spec.name} ended with ${exit.signal ?? exit.code}`);
    }
    rmSync(this.places.folder, { recursive: true, force: true });
    return bad;
  }
}

function receiverUrl({ receiverPort }: Places): string {
  return `http://127.0.0.1:${receiverPort}/webhooks`;
}
