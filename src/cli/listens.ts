import { connect } from 'node:net';

const TIMEOUT_MS = 1_000;
const PORT_DEFAULT = 443;

/** Whether anything accepts connections at an address of a kernel, whatever it speaks. */
export function listens(address: string): Promise<boolean> {
  const socket = address.startsWith('unix://')
    ? connect(address.slice('unix://'.length))
    : connect(hostAndPort(address));
  return new Promise((resolve) => {
    const end = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(TIMEOUT_MS, end(false));
    socket.on('connect', end(true)).on('error', end(false));
  });
}

function hostAndPort(address: string): { host: string; port: number } {
  const text = address.replace(/^https?:\/\//, '');
  const colon = text.lastIndexOf(':');
  const host = text.slice(0, colon).replace(/^\[|\]$/g, '');
  return { host, port: Number(text.slice(colon + 1)) || PORT_DEFAULT };
}
