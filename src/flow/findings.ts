import { memberPlace } from './flow-template.js';
import { FINDINGS_MAX, NAME_CHARS_MAX } from './limits.js';
import { shortened } from './shortened.js';

/** Characters of a message: one that names what is in the definition must not be as long as that. */
const FINDING_CHARS_MAX = 1_000;

/** Something wrong with a definition. */
export interface FlowFinding {
  /** Where, as a path from the definition, e.g. `root.nodes.plan.edges[2]`; `definition` is the whole of it. Long names are cut. */
  readonly place: string;
  /** The same, step by step: names of members and indexes of lists. */
  readonly path: readonly (string | number)[];
  /** What is wrong, and what to write instead; some 1,000 characters at most. */
  readonly message: string;
  /** In which column of the text at this place, from 1, an expression is wrong. */
  readonly column?: number;
  /** Present when it is about the name that ends the place, not about what has that name. */
  readonly atName?: true;
}

/** A place in a definition; its text is made when it is asked for. */
export class Place {
  readonly #parent: Place | undefined;
  readonly #step: string | number;

  private constructor(parent: Place | undefined, step: string | number) {
    this.#parent = parent;
    this.#step = step;
  }

  /** The whole definition. */
  static readonly DEFINITION = new Place(undefined, '');

  at(step: string | number): Place {
    return new Place(this, step);
  }

  get path(): readonly (string | number)[] {
    return this.#parent === undefined ? [] : [...this.#parent.path, this.#step];
  }

  get text(): string {
    const [first, ...steps] = this.path;
    if (first === undefined) return 'definition';
    return steps.reduce<string>(
      (text, step) =>
        typeof step === 'number' ? `${text}[${step}]` : memberPlace(text, shortened(step, NAME_CHARS_MAX)),
      String(first),
    );
  }
}

/** What else may be known of a finding. */
export type FindingOptions = Pick<FlowFinding, 'column' | 'atName'>;

/** Findings as they are made: each once, and not more than FINDINGS_MAX. */
export class Findings {
  readonly #list: FlowFinding[] = [];
  readonly #known = new Set<string>();

  add(place: Place, message: string, { column, atName }: FindingOptions = {}): void {
    if (this.isFull) return;
    const { path, text } = place;
    const key = `${text}\n${message}`;
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.#list.push({
      place: text,
      path,
      message: shortened(message, FINDING_CHARS_MAX),
      ...(column !== undefined && { column }),
      ...(atName === true && { atName }),
    });
  }

  get isFull(): boolean {
    return this.#list.length >= FINDINGS_MAX;
  }

  get list(): readonly FlowFinding[] {
    return this.#list;
  }
}
