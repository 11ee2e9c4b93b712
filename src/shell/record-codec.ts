import { type ErrorData, hlcText, type JournalRecord, parseHlc, tauError } from 'tau-core';
import { eventSubject, type RegionEvent, type RegionEventBody } from '../machines/region/events.js';

const decoder = new TextDecoder();

/** An event on its way to the journal, and to those who watch: written to JSON once, for both. */
export interface CommittedEvent {
  readonly event: RegionEvent;
  readonly subject: string;
  readonly hlc: string;
  /** The body as JSON text. */
  readonly json: string;
}

export function committedEvent(event: RegionEvent): CommittedEvent {
  return { event, subject: eventSubject(event.body), hlc: hlcText(event.hlc), json: JSON.stringify(event.body) };
}

export function toRecord({ event, subject, hlc, json }: CommittedEvent): JournalRecord {
  return { seq: event.seq, type: event.body.type, subject, hlc, data: Buffer.from(json) };
}

/**
 * An event as the journal kept it.
 *
 * @throws TauError JOURNAL_CORRUPT when the record is no event.
 */
export function fromRecord(stream: string, record: JournalRecord): CommittedEvent {
  const hlc = parseHlc(record.hlc);
  if (hlc === undefined) throw corrupt(stream, record, `its stamp is "${record.hlc}"`);
  const json = decoder.decode(record.data);
  try {
    const body = JSON.parse(json) as RegionEventBody;
    return { event: { seq: record.seq, hlc, body }, subject: record.subject, hlc: record.hlc, json };
  } catch (thrown) {
    throw corrupt(stream, record, thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function corrupt(stream: string, record: JournalRecord, why: string): Error & { readonly data: ErrorData } {
  const message = `record ${record.seq} of "${stream}" cannot be read (${why}); restore the journal from a backup`;
  return tauError('JOURNAL_CORRUPT', message, { details: { stream, seq: record.seq } });
}
