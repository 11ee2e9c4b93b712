/** The largest message of a watch: what is read from the journal, and sent, at once. */
const PAGE_MAX = { events: 256, bytes: 1024 * 1024 } as const;
/** The first message of a watch. */
const PAGE_FIRST = { events: 8, bytes: 4 * 1024 } as const;

/**
 * How much goes into a watch's message, after `pages` earlier ones: little at first, twice as much each time.
 * A watcher whose connections are cut after a few kilobytes gets on all the same: a message larger than the life of a
 * connection would be sent again and again, and never arrive.
 */
export function watchPage(pages: number): { readonly eventsMax: number; readonly bytesMax: number } {
  const growth = 2 ** Math.min(pages, 16);
  return {
    eventsMax: Math.min(PAGE_FIRST.events * growth, PAGE_MAX.events),
    bytesMax: Math.min(PAGE_FIRST.bytes * growth, PAGE_MAX.bytes),
  };
}
