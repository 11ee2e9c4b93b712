import type { JsonObject } from '../vocabulary/json.js';

/** Where a process writes text: a stream of Node, or a test's. */
export interface TextSink {
  write(text: string): unknown;
}

/** What a long-running process says of itself: one line for each event. */
export interface Report {
  /** An event's name and fields for machines, and the same as a line for people. */
  event(name: string, fields: JsonObject, text: string): void;
}

/**
 * Text without what a terminal would obey: control characters but tab and line feed, and those that turn the direction of text,
 * are shown as `�`. What is printed for people comes from issues, questions and handlers, and may want to deceive them.
 */
export function printable(text: string): string {
  return text.replace(/(?![\n\t])[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '�');
}

/** Writes to a stream: JSON lines `{"event": name, ...}`, or the text, made printable. */
export function lineReport(stream: TextSink, json: boolean): Report {
  return {
    event(name, fields, text) {
      stream.write(`${json ? JSON.stringify({ event: name, ...fields }) : printable(text)}\n`);
    },
  };
}
