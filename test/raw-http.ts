import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection to a port of this machine. */
export async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/** The head of a delivery, up to and with its empty line. */
export function head(headers: Readonly<Record<string, string>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /webhooks HTTP/1.1\r\nhost: localhost\r\n${lines.join('')}\r\n`;
}

/** The next whole answer on a connection. */
export async function answerOn(socket: Socket): Promise<string> {
  let text = '';
  socket.setEncoding('utf8');
  await new Promise<void>((resolve, reject) => {
    const onData = (chunk: string): void => {
      text += chunk;
      const [answerHead, body] = text.split('\r\n\r\n', 2);
      const length = Number(/content-length: (\d+)/i.exec(answerHead ?? '')?.[1] ?? 0);
      if (body === undefined || body.length < length) return;
      socket.off('data', onData);
      resolve();
    };
    socket.on('data', onData);
    socket.once('error', reject);
  });
  return text;
}
