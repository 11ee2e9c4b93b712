/** Runs a callback soon, once what is ready to be read was read. */
export type Defer = (callback: () => void) => void;

/**
 * Gathers what wants to run soon into one turn of the event loop.
 *
 * A turn begins after all input that is ready was read and all promise jobs are done. So regions that were told
 * something meanwhile decide in larger groups, and their appends leave as one batch: fewer syncs for the same work, at
 * the price of one pass of the loop, which is microseconds where a sync is a tenth of a millisecond.
 */
export function turns(schedule: Defer = setImmediate): Defer {
  let waiting: (() => void)[] = [];
  const run = (): void => {
    const callbacks = waiting;
    waiting = [];
    for (const callback of callbacks) callback();
  };
  return (callback) => {
    waiting.push(callback);
    if (waiting.length === 1) schedule(run);
  };
}
