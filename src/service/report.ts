import type { JsonObject } from 'tau-core';

/** What a long-running process says of itself: one line for each event. */
export interface Report {
  /** An event's name and fields for machines, and the same as a line for people. */
  event(name: string, fields: JsonObject, text: string): void;
}

/** Writes to a stream: JSON lines `{"event": name, ...}`, or the text. */
export function lineReport(stream: { write(text: string): unknown }, json: boolean): Report {
  return {
    event(name, fields, text) {
      stream.write(`${json ? JSON.stringify({ event: name, ...fields }) : text}\n`);
    },
  };
}
