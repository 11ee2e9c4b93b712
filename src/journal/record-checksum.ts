import { crc32 } from 'node:zlib';
import type { JournalRecord, Snapshot } from 'tau-core';

/**
 * CRC-32 over all of a record and over the stream that it stands in: a row that a fault of disk or memory changed,
 * or moved to another place, does not pass. It detects accidents, not intent.
 */
export function recordChecksum(streamId: number, record: JournalRecord): number {
  const { seq, type, subject, hlc, data } = record;
  return crc32(data, crc32(`${streamId}\n${seq}\n${type}\n${subject}\n${hlc}\n`));
}

/** CRC-32 over a snapshot and the stream that it belongs to. */
export function snapshotChecksum(streamId: number, snapshot: Snapshot): number {
  return crc32(snapshot.state, crc32(`${streamId}\n${snapshot.seq}\n`));
}
