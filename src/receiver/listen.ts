import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tauError } from 'tau-core';

/**
 * Binds a server to an address.
 *
 * @throws TauError PORT_IN_USE when the address is taken, CONFIG_INVALID when it cannot be had.
 */
export function listen(server: Server, host: string, port: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
    server.listen(port, host, () => {
      const address = server.address();
      if (address !== null && typeof address === 'object') resolve(address);
    });
  });
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  return error.code === 'EADDRINUSE'
    ? tauError('PORT_IN_USE', `${host}:${port} is in use: stop what listens there or choose another with --listen`)
    : tauError('CONFIG_INVALID', `cannot listen on ${host}:${port} (${error.code ?? error.message}): check --listen`);
}
