import type * as corev1 from '../contract/core-v1.js';
import { isJsonObject, type Json } from '../vocabulary/json.js';
import type { Outcome } from '../vocabulary/outcome.js';
import type { ErrorData } from '../vocabulary/tau-error.js';

/** What stands where a secret was. */
export const MASKED = '***';

/** Shorter texts are too common to be told from other text: lines of a secret are not masked then, whole secrets are. */
export const SHORT_BELOW = 4;

/**
 * Takes the values of secrets out of what is given out: as they are, line by line, and in the forms in which they mostly leak
 * (Base64, percent-encoded, escaped as in JSON text). What was cut or encoded otherwise is not found. Short values take out much
 * else: give secrets no values of one or two characters.
 */
export class SecretMask {
  readonly #valuesMax: number;
  /** Each value with its forms; those that were added last are last. */
  readonly #forms = new Map<string, readonly string[]>();
  #sorted: readonly string[] | undefined = [];

  /** @param valuesMax Beyond so many the value that was added least recently is let go; default: none is. */
  constructor(values: Iterable<string> = [], valuesMax = Number.POSITIVE_INFINITY) {
    this.#valuesMax = valuesMax;
    for (const value of values) this.add(value);
  }

  get isEmpty(): boolean {
    return this.#forms.size === 0;
  }

  add(value: string): void {
    if (value === '') return;
    const known = this.#forms.get(value);
    if (known !== undefined) {
      if (this.#valuesMax === Number.POSITIVE_INFINITY) return;
      this.#forms.delete(value);
      this.#forms.set(value, known);
      return;
    }
    this.#forms.set(value, formsOf(value));
    this.#sorted = undefined;
    if (this.#forms.size <= this.#valuesMax) return;
    for (const oldest of this.#forms.keys()) {
      this.#forms.delete(oldest);
      return;
    }
  }

  text(text: string): string {
    let masked = text;
    for (const form of this.#all()) if (masked.includes(form)) masked = masked.replaceAll(form, MASKED);
    return masked;
  }

  /** A number that is a secret as a whole. */
  number(value: number): number | string {
    return this.#forms.has(String(value)) ? MASKED : value;
  }

  json(value: Json): Json {
    if (typeof value === 'string') return this.text(value);
    if (typeof value === 'number') return this.number(value);
    if (Array.isArray(value)) return value.map((item: Json) => this.json(item));
    if (!isJsonObject(value)) return value;
    const members = Object.entries(value).map(([name, member]) => [this.text(name), this.json(member ?? null)]);
    return Object.fromEntries(members) as Json;
  }

  outcome(outcome: Outcome): Outcome {
    switch (outcome.kind) {
      case 'ok':
        return { kind: 'ok', output: this.json(outcome.output) };
      case 'cancelled':
        return { kind: 'cancelled', reason: this.text(outcome.reason) };
      case 'inputRequired': {
        const { answerSchema } = outcome;
        const schema = answerSchema === undefined ? {} : { answerSchema: this.json(answerSchema) };
        return { kind: 'inputRequired', question: this.text(outcome.question), ...schema };
      }
      default:
        return { kind: outcome.kind, error: this.error(outcome.error) };
    }
  }

  error(error: ErrorData): ErrorData {
    const { details, cause } = error;
    const masked = details === undefined ? undefined : this.json(details);
    return {
      ...error,
      message: this.text(error.message),
      ...(isJsonObject(masked) && { details: masked }),
      ...(cause !== undefined && { cause: this.error(cause) }),
    };
  }

  content({ mediaType, name, body }: corev1.Content): corev1.Content {
    const masked = { mediaType, name: this.text(name) };
    if (body === undefined) return { ...masked, body };
    if (body.$case !== 'data') return { ...masked, body: { $case: body.$case, value: this.text(body.value) } };
    return { ...masked, body: { $case: 'data', value: this.#bytes(body.value) } };
  }

  /** One character a byte, so that any bytes go through a text and back. */
  #bytes(bytes: Uint8Array): Uint8Array {
    let text = Buffer.from(bytes).toString('latin1');
    for (const form of this.#all()) text = text.replaceAll(Buffer.from(form).toString('latin1'), MASKED);
    return Buffer.from(text, 'latin1');
  }

  /** Longer ones first: a secret within another one must not leave the rest of it. */
  #all(): readonly string[] {
    this.#sorted ??= [...new Set([...this.#forms.values()].flat())].sort((a, b) => b.length - a.length);
    return this.#sorted;
  }
}

function formsOf(value: string): readonly string[] {
  const lines = value.split(/\r?\n/).filter((line) => line.trim().length >= SHORT_BELOW);
  const plain = [value, ...lines];
  const base64 = Buffer.from(value).toString('base64');
  const bare = value.length < SHORT_BELOW ? base64 : base64.replace(/=+$/, '');
  const encoded = [base64, bare, Buffer.from(value).toString('base64url'), percentEncoded(value)];
  return [...new Set([...plain, ...plain.map(jsonEscaped), ...encoded])];
}

function jsonEscaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function percentEncoded(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // A lone surrogate cannot be encoded, and so it cannot leak in that form.
    return text;
  }
}
