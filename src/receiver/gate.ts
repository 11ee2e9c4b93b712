/** Counts what is inside, lets in no more than there is room for, and tells when the last has left. */
export interface Gate {
  readonly inside: number;
  readonly closed: boolean;
  /** Why one more is not let in; undefined when it is inside now, and has to leave. */
  enter(): 'full' | 'closed' | undefined;
  leave(): void;
  /** Lets nobody in any more. Resolves when nobody is inside. */
  close(): Promise<void>;
}

export function createGate(insideMax: number): Gate {
  let inside = 0;
  let closed = false;
  let onEmpty: () => void = () => undefined;
  const empty = new Promise<void>((resolve) => {
    onEmpty = resolve;
  });
  return {
    get inside() {
      return inside;
    },
    get closed() {
      return closed;
    },
    enter: () => {
      if (closed) return 'closed';
      if (inside >= insideMax) return 'full';
      inside += 1;
      return undefined;
    },
    leave: () => {
      inside -= 1;
      if (closed && inside === 0) onEmpty();
    },
    close: () => {
      closed = true;
      if (inside === 0) onEmpty();
      return empty;
    },
  };
}
