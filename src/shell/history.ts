import { type CommittedEvent, fromRecord } from './record-codec.js';
import type { RegionLoop } from './region-loop.js';

/** What to read of a region's past. */
export interface HistoryQuery {
  readonly fromSeq: number;
  /** Only events about this run. */
  readonly subject?: string;
  /** No event after this one; absent reads to the newest. */
  readonly toSeq?: number;
  readonly eventsMax: number;
  readonly bytesMax?: number;
}

export interface HistoryPage {
  readonly events: readonly CommittedEvent[];
  /** Where the next page starts. At the region's next event when this page reached the newest. */
  readonly nextSeq: number;
  /** A range that is gone: a volatile region's memory is bounded. */
  readonly gap?: { readonly fromSeq: number; readonly toSeq: number };
}

/** A page of a region's past: from memory where it reaches back far enough, else from the journal. */
export async function readHistory(loop: RegionLoop, query: HistoryQuery): Promise<HistoryPage> {
  const { feed, store } = loop;
  const fromSeq = Math.max(1, query.fromSeq);
  const edge = feed.firstSeq;
  if (fromSeq >= edge) return fromFeed(loop, { ...query, fromSeq });
  if (!store.durable) return { events: [], nextSeq: edge, gap: { fromSeq, toSeq: edge - 1 } };
  const toSeq = Math.min(edge - 1, query.toSeq ?? edge - 1);
  const page = await store.read(loop.id, fromSeq, {
    toSeq,
    recordsMax: query.eventsMax,
    ...(query.subject !== undefined && { subject: query.subject }),
    ...(query.bytesMax !== undefined && { bytesMax: query.bytesMax }),
  });
  return { events: page.records.map((record) => fromRecord(loop.id, record)), nextSeq: page.nextSeq ?? toSeq + 1 };
}

/** All pages of a query, until the newest event that there is now. */
export async function* historyPages(
  loop: RegionLoop,
  query: HistoryQuery,
): AsyncGenerator<HistoryPage, void, undefined> {
  const end = Math.min(query.toSeq ?? Number.MAX_SAFE_INTEGER, loop.feed.nextSeq - 1);
  for (let fromSeq = query.fromSeq; fromSeq <= end; ) {
    const page = await readHistory(loop, { ...query, fromSeq, toSeq: end });
    yield page;
    fromSeq = page.nextSeq;
  }
}

function fromFeed(loop: RegionLoop, query: HistoryQuery): HistoryPage {
  const { fromSeq, subject, toSeq = Number.MAX_SAFE_INTEGER, eventsMax, bytesMax = Number.MAX_SAFE_INTEGER } = query;
  const events: CommittedEvent[] = [];
  let nextSeq = fromSeq;
  let bytes = 0;
  for (const item of loop.feed.slice(fromSeq, eventsMax)) {
    if (item.seq > toSeq) break;
    const wanted = subject === undefined || item.subject === subject;
    if (wanted) bytes += item.json.length;
    if (bytes > bytesMax && events.length > 0) break;
    if (wanted) events.push(item);
    nextSeq = item.seq + 1;
  }
  return { events, nextSeq };
}
