import { type CloudEvent, type ErrorData, hlcText, type JournalRecord, parseHlc, tauError } from 'tau-core';
import { eventSubject, type RegionEvent, type RegionEventBody } from '../machines/region/events.js';

const decoder = new TextDecoder();

/**
 * An event as it is written: for the journal, and for those who watch. Its body is text, written once for both. The body
 * itself is not kept: thousands of events are remembered for watchers, and one text is a fraction of its objects.
 */
export interface CommittedEvent {
  readonly seq: number;
  readonly type: RegionEventBody['type'];
  readonly subject: string;
  /** The event about the same subject before it; 0 when there is none. */
  readonly prevSeq: number;
  readonly wallMs: number;
  readonly hlc: string;
  /** The body as JSON text. */
  readonly json: string;
  /** Of `event.received`: the event from outside, which watchers get as it came. */
  readonly published?: CloudEvent;
}

export function committedEvent(event: RegionEvent): CommittedEvent {
  return written(event, hlcText(event.hlc), JSON.stringify(event.body));
}

export function toRecord({ seq, type, subject, hlc, json }: CommittedEvent): JournalRecord {
  return { seq, type, subject, hlc, data: Buffer.from(json) };
}

/**
 * An event as the journal kept it, for those who watch.
 *
 * @throws TauError JOURNAL_CORRUPT when the record is no event.
 */
export function fromRecord(stream: string, record: JournalRecord): CommittedEvent {
  const json = decoder.decode(record.data);
  return written(parsed(stream, record, json), record.hlc, json);
}

/**
 * An event as the journal kept it, for replaying.
 *
 * @throws TauError JOURNAL_CORRUPT when the record is no event.
 */
export function eventOfRecord(stream: string, record: JournalRecord): RegionEvent {
  return parsed(stream, record, decoder.decode(record.data));
}

/** The event that was written. */
export function eventOf(stream: string, item: CommittedEvent): RegionEvent {
  return parsed(stream, item, item.json);
}

function written({ seq, hlc, body }: RegionEvent, stamp: string, json: string): CommittedEvent {
  const item = {
    seq,
    type: body.type,
    subject: eventSubject(body),
    prevSeq: 'prev' in body ? body.prev : 0,
    wallMs: hlc.wallMs,
    hlc: stamp,
    json,
  };
  return body.type === 'event.received' ? { ...item, published: body.event } : item;
}

function parsed(stream: string, place: Pick<JournalRecord, 'seq' | 'hlc'>, json: string): RegionEvent {
  const hlc = parseHlc(place.hlc);
  if (hlc === undefined) throw corrupt(stream, place.seq, `its stamp is "${place.hlc}"`);
  try {
    return { seq: place.seq, hlc, body: JSON.parse(json) as RegionEventBody };
  } catch (thrown) {
    throw corrupt(stream, place.seq, thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function corrupt(stream: string, seq: number, why: string): Error & { readonly data: ErrorData } {
  const message = `record ${seq} of "${stream}" cannot be read (${why}); restore the journal from a backup`;
  return tauError('JOURNAL_CORRUPT', message, { details: { stream, seq } });
}
