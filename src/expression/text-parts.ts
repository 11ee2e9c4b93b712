/** What opens an expression in a text. */
export const OPEN = '${{';

const CLOSE = '}}';

/** An expression in a text: what stands between the braces, trimmed, and how much white space was before it. */
export interface ExpressionPart {
  readonly expr: string;
  readonly leading: number;
}

/**
 * Cuts a text into literal parts and expressions. Braces within an expression's strings (`'...'`) are not its end. An
 * expression that is not closed is left as text: GitHub's parser reports it.
 */
export function splitText(text: string): readonly (string | ExpressionPart)[] {
  const parts: (string | ExpressionPart)[] = [];
  let literalFrom = 0;
  for (let open = text.indexOf(OPEN); open >= 0; open = text.indexOf(OPEN, literalFrom)) {
    const close = closeOf(text, open + OPEN.length);
    if (close === undefined) break;
    if (open > literalFrom) parts.push(text.slice(literalFrom, open));
    const inner = text.slice(open + OPEN.length, close);
    parts.push({ expr: inner.trim(), leading: inner.length - inner.trimStart().length });
    literalFrom = close + CLOSE.length;
  }
  if (literalFrom < text.length || parts.length === 0) parts.push(text.slice(literalFrom));
  return parts;
}

/** Where the braces that end an expression start. */
function closeOf(text: string, from: number): number | undefined {
  let inString = false;
  for (let at = from; at < text.length; at += 1) {
    if (text[at] === "'") inString = !inString;
    else if (!inString && text.startsWith(CLOSE, at)) return at;
  }
  return undefined;
}
