import { connect, createServer as createTcpServer, type Socket } from 'node:net';
import { createServer, type Server, type ServiceImplementation, type TsProtoServiceDefinition } from 'nice-grpc';
import {
  AdminServiceDefinition,
  type AdminServiceImplementation,
  DefinitionServiceDefinition,
  type DefinitionServiceImplementation,
  EventServiceDefinition,
  type EventServiceImplementation,
  KernelServiceDefinition,
  type KernelServiceImplementation,
  kernelv1,
  RunServiceDefinition,
  type RunServiceImplementation,
  SessionServiceDefinition,
  type SessionServiceImplementation,
  tauErrorMiddleware,
} from '../src/contract/index.js';
import { tauError } from '../src/index.js';

/** What a scripted kernel does; every method that is left out answers UNSUPPORTED, `getInfo` answers. */
export interface KernelScript {
  readonly kernel?: Partial<KernelServiceImplementation>;
  readonly sessions?: Partial<SessionServiceImplementation>;
  readonly definitions?: Partial<DefinitionServiceImplementation>;
  readonly runs?: Partial<RunServiceImplementation>;
  readonly events?: Partial<EventServiceImplementation>;
  readonly admin?: Partial<AdminServiceImplementation>;
}

export interface ScriptedKernel {
  readonly address: string;
  /** Cuts every connection and frees the address. */
  stop(): void;
}

/** A real server on the loopback interface whose answers the test writes. */
export async function startScriptedKernel(script: KernelScript, address = '127.0.0.1:0'): Promise<ScriptedKernel> {
  const server = createServer().use(tauErrorMiddleware());
  const getInfo = async () => kernelv1.GetInfoResponse.fromPartial({ version: '0.0.0' });
  add(server, KernelServiceDefinition, { getInfo, ...script.kernel });
  add(server, SessionServiceDefinition, script.sessions);
  add(server, DefinitionServiceDefinition, script.definitions);
  add(server, RunServiceDefinition, script.runs);
  add(server, EventServiceDefinition, script.events);
  add(server, AdminServiceDefinition, script.admin);
  const port = await server.listen(address);
  return {
    address: address.startsWith('unix:') ? address : `127.0.0.1:${port}`,
    stop: () => server.forceShutdown(),
  };
}

function add<Definition extends TsProtoServiceDefinition>(
  server: Server,
  definition: Definition,
  script: object = {},
): void {
  const refusals = Object.entries(definition.methods).map(([name, { responseStream }]) => {
    const refuse = (): never => {
      throw tauError('UNSUPPORTED', `${name} is not in the script`);
    };
    // biome-ignore lint/correctness/useYield: it refuses before its first message
    const refuseStream = async function* () {
      refuse();
    };
    return [name, responseStream ? refuseStream : async () => refuse()] as const;
  });
  const implementation = { ...Object.fromEntries(refusals), ...script };
  server.add(definition, implementation as unknown as ServiceImplementation<Definition>);
}

/** A TCP proxy that cuts a connection after it has passed so many bytes of the server's. */
export interface CuttingProxy {
  readonly address: string;
  readonly cuts: number;
  stop(): void;
}

/** `nextCut` is asked for each connection: how many bytes it may bring. */
export async function startCuttingProxy(target: string, nextCut: () => number): Promise<CuttingProxy> {
  const [host = '', port = ''] = target.split(':');
  const sockets = new Set<Socket>();
  let cuts = 0;
  const server = createTcpServer({ noDelay: true }, (client) => {
    const upstream = connect({ port: Number(port), host, noDelay: true });
    let bytesLeft = nextCut();
    const cut = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', cut).on('close', () => {
        sockets.delete(socket);
        cut();
      });
    }
    client.on('data', (chunk) => upstream.write(chunk));
    upstream.on('data', (chunk) => {
      if (chunk.length < bytesLeft) {
        bytesLeft -= chunk.length;
        client.write(chunk);
        return;
      }
      cuts += 1;
      client.write(chunk.subarray(0, bytesLeft), cut);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the proxy has no port');
  return {
    address: `127.0.0.1:${bound.port}`,
    get cuts() {
      return cuts;
    },
    stop: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
