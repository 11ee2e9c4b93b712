import type * as corev1 from '../contract/core-v1.js';
import { isJsonObject, type Json } from '../vocabulary/json.js';
import type { Outcome } from '../vocabulary/outcome.js';
import type { ErrorData } from '../vocabulary/tau-error.js';

/** What stands where a secret was. */
const MASK = '***';
/** Shorter values would take out half of every text, and are no secrets. */
const LENGTH_MIN = 4;

/**
 * Takes the values of secrets out of what leaves the process. Found are a value itself, each of its lines, and both as
 * they are quoted in JSON text; not what was encoded or cut otherwise, such as Base64 of it.
 */
export class SecretMask {
  /** Longest first: one value may hold another. */
  readonly #texts: readonly string[];

  constructor(values: Iterable<string>) {
    const texts = new Set<string>();
    for (const value of values) {
      for (const text of [value, ...value.split(/\r?\n/)]) {
        if (text.trim().length < LENGTH_MIN) continue;
        texts.add(text);
        texts.add(JSON.stringify(text).slice(1, -1));
      }
    }
    this.#texts = [...texts].sort((a, b) => b.length - a.length);
  }

  text(text: string): string {
    let masked = text;
    for (const secret of this.#texts) masked = masked.replaceAll(secret, MASK);
    return masked;
  }

  json(value: Json): Json {
    if (typeof value === 'string') return this.text(value);
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
    for (const secret of this.#texts) text = text.replaceAll(Buffer.from(secret).toString('latin1'), MASK);
    return Buffer.from(text, 'latin1');
  }
}
