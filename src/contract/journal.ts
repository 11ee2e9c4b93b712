import type { JournalPage, JournalRecord, ReadOptions, Snapshot, StreamAppend } from '../ports/journal.js';
import type * as extensionv1 from './extension-v1.js';
import type { Mutable } from './mutable.js';

// A record and a stream's info have the same shape on the wire and in the port: they cross as they are, uncopied.
// `data` and `state` are then views into the frame that brought them; whoever keeps one long copies it.

/** An append as it travels. */
export function appendToProto(epoch: number, streams: readonly StreamAppend[]): extensionv1.JournalAppend {
  return { epoch, streams: streams as extensionv1.JournalStreamAppend[] };
}

/** A read as it travels: 0 and the empty text stand for absent options. */
export function readToProto(stream: string, fromSeq: number, options: ReadOptions = {}): extensionv1.JournalRead {
  return {
    stream,
    fromSeq,
    recordsMax: options.recordsMax ?? 0,
    bytesMax: options.bytesMax ?? 0,
    subject: options.subject ?? '',
    toSeq: options.toSeq ?? 0,
  };
}

/** The options of a read that arrived. */
export function readOptionsFromProto(proto: extensionv1.JournalRead): ReadOptions {
  const options: Mutable<ReadOptions> = {};
  if (proto.recordsMax !== 0) options.recordsMax = proto.recordsMax;
  if (proto.bytesMax !== 0) options.bytesMax = proto.bytesMax;
  if (proto.subject !== '') options.subject = proto.subject;
  if (proto.toSeq !== 0) options.toSeq = proto.toSeq;
  return options;
}

/** A page as it travels: 0 says that it reached the end. */
export function pageToProto(page: JournalPage): extensionv1.JournalPage {
  return { records: page.records as JournalRecord[], nextSeq: page.nextSeq ?? 0 };
}

/** A page that arrived. */
export function pageFromProto(proto: extensionv1.JournalPage): JournalPage {
  return { records: proto.records, nextSeq: proto.nextSeq === 0 ? undefined : proto.nextSeq };
}

/** A snapshot, or that there is none, as it travels: records count from 1, so 0 says none. */
export function snapshotToProto(snapshot: Snapshot | undefined): extensionv1.JournalSnapshot {
  return snapshot === undefined ? { seq: 0, state: new Uint8Array(0) } : { seq: snapshot.seq, state: snapshot.state };
}

/** A snapshot that arrived; undefined when there is none. */
export function snapshotFromProto(proto: extensionv1.JournalSnapshot): Snapshot | undefined {
  return proto.seq === 0 ? undefined : proto;
}
