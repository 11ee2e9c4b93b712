/** The longest key is `<run>/<call>`; a body needs this much room for its marker. */
export const MARKER_CHARS_MAX = 512;

/**
 * A line that names a piece of work and that GitHub does not show. It is how an attempt finds what an earlier one,
 * whose answer was lost, left behind.
 */
export function marker(idempotencyKey: string): string {
  // "--" may end an HTML comment, so no two dashes stand side by side, and ">" never appears.
  const safe = idempotencyKey.replace(/[^A-Za-z0-9._/:-]/gu, encodeURIComponent).replaceAll('--', '-%2D');
  return `<!-- tau:${safe} -->`;
}

/** A comment's body with its marker. */
export function withMarker(body: string, idempotencyKey: string): string {
  return `${body.trimEnd()}\n\n${marker(idempotencyKey)}`;
}

/** Whether a body ends in the marker; one further up is a quotation. */
export function hasMarker(body: string, idempotencyKey: string): boolean {
  return body.trimEnd().endsWith(marker(idempotencyKey));
}
