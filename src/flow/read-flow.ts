import type { Diagnostic, Parsed } from 'tau-core';
import { type JsonText, readJson } from '../json/json-text.js';
import type { FlowDefinition } from './definition.js';
import type { FlowFinding } from './findings.js';
import { FLOW_JSON_DEPTH_MAX, FLOW_SOURCE_CHARS_MAX } from './limits.js';
import type { Reducers } from './reducer.js';
import { validateFlow } from './validate.js';

/** Reads a flow from JSON text. Never throws; diagnostics are in the order of the text. */
export function readFlow(source: string, file: string, reducers: Reducers): Parsed<FlowDefinition> {
  if (source.length > FLOW_SOURCE_CHARS_MAX) {
    const message = `a file may have ${FLOW_SOURCE_CHARS_MAX} characters: split it, and start the parts by "run:start@v1"`;
    return { ok: false, diagnostics: [{ file, line: 1, column: 1, message }] };
  }
  const read = readJson(source, FLOW_JSON_DEPTH_MAX);
  if (!read.ok)
    return { ok: false, diagnostics: [{ file, ...positionAt(source, read.offset), message: read.message }] };
  const findings = validateFlow(read.value, { reducers });
  // Nothing was found: the value has the shape of a definition.
  if (findings.length === 0) return { ok: true, definition: read.value as unknown as FlowDefinition };
  const placed = findings.map((finding) => ({ finding, offset: offsetOf(finding, source, read) }));
  placed.sort((a, b) => a.offset - b.offset);
  return {
    ok: false,
    diagnostics: placed.map(({ finding, offset }): Diagnostic => {
      const message = `${finding.place}: ${finding.message}`;
      return { file, ...positionAt(source, offset), message };
    }),
  };
}

function offsetOf(finding: FlowFinding, source: string, read: Extract<JsonText, { ok: true }>): number {
  const { key, value } = read.places.find(read.value, finding.path);
  if (finding.column === undefined) return finding.atName === true ? key : value;
  return value + 1 + writtenLength(source, value + 1, finding.column - 1);
}

/** How many characters of a JSON string make its first `units`: escapes are longer than what they stand for. */
function writtenLength(source: string, from: number, units: number): number {
  let at = from;
  for (let unit = 0; unit < units; unit += 1) {
    if (source[at] !== '\\') at += 1;
    else at += source[at + 1] === 'u' ? 6 : 2;
  }
  return at - from;
}

/** Line and column of an offset, both from 1. */
function positionAt(source: string, offset: number): { readonly line: number; readonly column: number } {
  let line = 1;
  let lineStart = 0;
  for (let end = source.indexOf('\n'); end >= 0 && end < offset; end = source.indexOf('\n', lineStart)) {
    line += 1;
    lineStart = end + 1;
  }
  return { line, column: offset - lineStart + 1 };
}
