import type { IncomingMessage } from 'node:http';

/** How the reading of a body ended. After `too-large` the rest is still on its way. */
export type BodyRead =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'cut' };

/** Reads a body of at most `bytesMax` bytes, counting as it comes: a chunked body announces no length. */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<BodyRead> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const onData = (chunk: Buffer): void => {
      bytes += chunk.length;
      if (bytes <= bytesMax) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      request.off('data', onData);
      request.pause();
      resolve({ kind: 'too-large' });
    };
    request.on('data', onData);
    request.on('end', () => resolve({ kind: 'whole', bytes: Buffer.concat(chunks, bytes) }));
    request.on('error', () => resolve({ kind: 'cut' }));
    request.on('close', () => resolve({ kind: 'cut' }));
  });
}

// A byte order mark is kept: it is part of what was signed, and of what is journaled.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A body's bytes as text that has exactly these bytes; undefined when they are no UTF-8. */
export function textOf(bytes: Buffer): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
