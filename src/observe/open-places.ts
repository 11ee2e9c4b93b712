interface OpenPlace {
  readonly parent: string | undefined;
  readonly inner: Set<string>;
}

/**
 * The places of a run that are open, as they lie in each other by their paths. Programs name calls after the places that make
 * them: the place itself, or the place and what it does there (`a.1`, `research[3].score:ask`). Flows put steps into the ids of
 * calls (`plan@4`), which paths of places do not have.
 */
export class OpenPlaces {
  readonly #open = new Map<string, OpenPlace>();

  has(at: string): boolean {
    return this.#open.has(at);
  }

  /** All, in the order in which they were opened. */
  get all(): readonly string[] {
    return [...this.#open.keys()];
  }

  open(at: string): void {
    if (this.#open.has(at)) return;
    const parent = this.parentOf(at);
    this.#open.set(at, { parent, inner: new Set() });
    if (parent !== undefined) this.#open.get(parent)?.inner.add(at);
  }

  /** Closes a place and all that is open in it, which it gives, innermost first. */
  close(at: string): readonly string[] {
    const closed = [...this.#within(at)];
    const place = this.#open.get(at);
    if (place?.parent !== undefined) this.#open.get(place.parent)?.inner.delete(at);
    for (const inner of [...closed, at]) this.#open.delete(inner);
    return closed;
  }

  /** The innermost open place that a call's id lies in or is. */
  around(callId: string): string | undefined {
    const path = callId.replace(STEPS, '');
    return this.#open.has(path) ? path : this.parentOf(path);
  }

  /** The innermost open place that a path lies in. */
  parentOf(path: string): string | undefined {
    for (let end = path.length - 1; end > 0; end -= 1) {
      if (!BORDERS.has(path.charAt(end))) continue;
      const outer = path.slice(0, end);
      if (this.#open.has(outer)) return outer;
    }
    return undefined;
  }

  *#within(at: string): Generator<string> {
    for (const inner of this.#open.get(at)?.inner ?? []) {
      yield* this.#within(inner);
      yield inner;
    }
  }
}

const BORDERS = new Set(['.', '[', '#', '/', ':', '$']);
const STEPS = /@\d+/g;
