/** A signal of one's own that also follows another. */
export interface LinkedAbort {
  readonly signal: AbortSignal;
  readonly abort: () => void;
  /** Lets go of the other, which may live much longer. */
  readonly unlink: () => void;
}

/** Makes a signal that aborts when `other` does, or when it is told to. */
export function linkedAbort(other: AbortSignal): LinkedAbort {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  if (other.aborted) abort();
  else other.addEventListener('abort', abort);
  return { signal: controller.signal, abort, unlink: () => other.removeEventListener('abort', abort) };
}
