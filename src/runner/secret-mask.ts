/** What stands where a secret was. */
export const MASKED = '***';

/** Lines of a secret that are shorter are too common to be told from other text. */
const LINE_CHARS_MIN = 4;

/**
 * Takes the values of secrets out of what handlers give: as they are, line by line, and in the forms in which they mostly leak
 * (base64, percent-encoded, escaped as in JSON text).
 */
export class SecretMask {
  readonly #known = new Set<string>();
  #forms: readonly string[] = [];

  get isEmpty(): boolean {
    return this.#forms.length === 0;
  }

  add(value: string): void {
    if (value === '' || this.#known.has(value)) return;
    this.#known.add(value);
    // Longer ones first: a secret within another one must not leave the rest of it.
    this.#forms = [...new Set([...this.#forms, ...formsOf(value)])].sort((a, b) => b.length - a.length);
  }

  text(text: string): string {
    let masked = text;
    for (const form of this.#forms) if (masked.includes(form)) masked = masked.replaceAll(form, MASKED);
    return masked;
  }

  /** A number that is a secret as a whole. */
  number(value: number): number | string {
    return this.#known.has(String(value)) ? MASKED : value;
  }
}

function formsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const lines = value.split(/\r?\n/).filter((line) => line.length >= LINE_CHARS_MIN);
  const encoded = [bytes.toString('base64'), bytes.toString('base64url'), percentEncoded(value)];
  return [value, ...lines, ...encoded, JSON.stringify(value).slice(1, -1)];
}

function percentEncoded(value: string): string {
  try {
    return encodeURIComponent(value);
  } catch {
    // A lone surrogate cannot be encoded, and so it cannot leak in that form.
    return value;
  }
}
