import { tauError } from '../vocabulary/tau-error.js';

/** Where a kernel listens unless it was told otherwise: the loopback interface only. */
export const KERNEL_ADDRESS_DEFAULT = '127.0.0.1:7420';

/** An address that was checked, and what follows from its form. */
export interface KernelAddress {
  readonly target: string;
  /** The kernel is on this machine: a proxy for the outer world must stay out of the way. */
  readonly local: boolean;
}

const HOST_AND_PORT = /^(?:(https?):\/\/)?([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})$/;
const UNIX_SOCKET = /^unix:\/\/\/.+$/;
const LOOPBACK = /^(?:localhost|127\.[0-9.]+|\[::1\])$/;
const PORT_MAX = 65_535;

/**
 * Reads the address of a kernel: `host:port`, `http://host:port`, `https://host:port` (TLS) or `unix:///path`.
 *
 * @throws TauError INVALID_ARGUMENT when it has another form.
 */
export function kernelAddress(text: string): KernelAddress {
  if (UNIX_SOCKET.test(text)) return { target: text, local: true };
  const [, , host, port] = HOST_AND_PORT.exec(text) ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > PORT_MAX) {
    const forms = 'use host:port, https://host:port or unix:///path, for example 127.0.0.1:7420';
    throw tauError('INVALID_ARGUMENT', `"${text.slice(0, 80)}" is no address of a kernel: ${forms}`);
  }
  return { target: text, local: LOOPBACK.test(host) };
}
