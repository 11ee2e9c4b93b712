import { type ErrorName, errorData, type Json, type Outcome } from 'tau-core';

/** What a transcript's `settle` says: `ok [<json>]`, `failed` or `unknown` with the name of an error and a message, `cancelled`, `asks`. */
export function outcomeOf(kind: string, words: readonly string[], nothing: Json = {}): Outcome {
  const [first = '', ...rest] = words;
  switch (kind) {
    case 'ok':
      return { kind, output: words.length === 0 ? nothing : (JSON.parse(words.join(' ')) as Json) };
    case 'failed':
    case 'unknown':
      return { kind, error: errorData(first as ErrorName, rest.join(' ')) };
    case 'cancelled':
      return { kind, reason: words.join(' ') };
    case 'asks':
      return { kind: 'inputRequired', question: words.join(' ') };
    default:
      throw new Error(`a call cannot settle as "${kind}"`);
  }
}
