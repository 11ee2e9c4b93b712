import { type CloudEvent, type Diagnostic, eventTypeMatches, type Json, type Parsed, tauError } from 'tau-core';
import { versionOf } from 'tau-orchestrate';
import { type HostedLanguage, languageOf, type Programs } from '../machines/region/programs.js';
import type { BoundDefinition, RegionState } from '../machines/region/state.js';

interface Trigger {
  readonly bound: BoundDefinition;
  readonly language: HostedLanguage;
  readonly types: readonly string[];
}

/** Reads definitions, and tells which of the active ones an event triggers. */
export class Catalogue {
  readonly #programs: Programs;
  readonly #states: () => readonly RegionState[];
  /** Triggers by catalogue: the map is immutable, so its identity names its content. */
  readonly #triggers = new WeakMap<RegionState['catalogue'], readonly Trigger[]>();
  readonly #links = new Map<BoundDefinition, BoundDefinition>();
  #linkedFor: readonly RegionState['catalogue'][] = [];

  constructor(programs: Programs, states: () => readonly RegionState[]) {
    this.#programs = programs;
    this.#states = states;
  }

  /**
   * Parses a source text. Its version is the hash of what was read, so that formatting alone makes no new version.
   *
   * @throws TauError UNSUPPORTED when no such program is hosted.
   */
  read(
    name: string,
    program: string,
    source: string,
  ): { bound: BoundDefinition } | { diagnostics: readonly Diagnostic[] } {
    const language = this.#programs.get(program);
    if (language === undefined) {
      throw tauError(
        'UNSUPPORTED',
        `this kernel hosts no program "${program}"; it has: ${[...this.#programs.keys()].join(', ')}`,
      );
    }
    const parsed = language.parse(source, name);
    if (!parsed.ok) return { diagnostics: parsed.diagnostics };
    return { bound: boundTo(name, program, parsed.definition) };
  }

  /** An active definition as a run is bound to it: with those that it refers to built in, as they are now. */
  bind(name: string): BoundDefinition | undefined {
    const bound = this.find(name);
    return bound && this.#linked(bound);
  }

  /** What is to be looked at before a run of a definition starts: what it refers to and is not there, or does not fit. */
  warnings(bound: BoundDefinition): readonly Diagnostic[] {
    const language = this.language(bound);
    const missing = (language.references?.(bound.definition) ?? []).filter(
      (name) => this.#referred(bound, name) === undefined,
    );
    if (missing.length > 0) {
      return missing.map((name) => {
        const message = `it refers to "${name}", which is no active definition of program "${bound.program}"; put that before a run starts`;
        return { file: bound.name, line: 1, column: 1, message };
      });
    }
    const linked = this.#link(bound, language);
    return linked?.ok === false ? linked.diagnostics : [];
  }

  triggersOf(bound: BoundDefinition): readonly string[] {
    return languageOf(this.#programs, bound).triggers(bound.definition);
  }

  language(bound: BoundDefinition): HostedLanguage {
    return languageOf(this.#programs, bound);
  }

  active(): readonly BoundDefinition[] {
    const byName = new Map<string, BoundDefinition>();
    for (const state of this.#states()) {
      for (const bound of state.catalogue.values()) if (!byName.has(bound.name)) byName.set(bound.name, bound);
    }
    return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  find(name: string): BoundDefinition | undefined {
    for (const state of this.#states()) {
      const bound = state.catalogue.get(name);
      if (bound !== undefined) return bound;
    }
    return undefined;
  }

  /** The active definitions that this event starts a run of, in the order of their names. */
  triggered(event: CloudEvent): readonly BoundDefinition[] {
    const found = new Map<string, BoundDefinition>();
    for (const { catalogue } of this.#states()) {
      for (const { bound, language, types } of this.#triggersIn(catalogue)) {
        if (found.has(bound.name) || !types.some((type) => eventTypeMatches(event.type, type))) continue;
        if (language.matches(bound.definition, event)) found.set(bound.name, bound);
      }
    }
    return [...found.values()].map((bound) => this.#linked(bound));
  }

  /** Links are kept until a definition changes: the maps are immutable, so their identities name what is active. */
  #linked(bound: BoundDefinition): BoundDefinition {
    const catalogues = this.#states().map((state) => state.catalogue);
    const isCurrent =
      catalogues.length === this.#linkedFor.length && catalogues.every((map, index) => map === this.#linkedFor[index]);
    if (!isCurrent) {
      this.#linkedFor = catalogues;
      this.#links.clear();
    }
    const known = this.#links.get(bound);
    if (known !== undefined) return known;
    const linked = this.#link(bound, this.language(bound));
    // One that cannot be linked is bound as it is: its program fails, and says what is missing.
    const result = linked?.ok === true ? boundTo(bound.name, bound.program, linked.definition) : bound;
    this.#links.set(bound, result);
    return result;
  }

  #link(bound: BoundDefinition, language: HostedLanguage): Parsed<Json> | undefined {
    if (language.link === undefined || (language.references?.(bound.definition) ?? []).length === 0) return undefined;
    return language.link(bound.definition, (name) => this.#referred(bound, name)?.definition);
  }

  /** Definitions refer to others of their own program. */
  #referred({ program }: BoundDefinition, name: string): BoundDefinition | undefined {
    const found = this.find(name);
    return found?.program === program ? found : undefined;
  }

  #triggersIn(catalogue: RegionState['catalogue']): readonly Trigger[] {
    const known = this.#triggers.get(catalogue);
    if (known !== undefined) return known;
    const triggers = [...catalogue.values()]
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .map((bound) => ({ bound, language: this.language(bound), types: this.triggersOf(bound) }));
    this.#triggers.set(catalogue, triggers);
    return triggers;
  }
}

/** A definition under the version that is the hash of its program and content. */
function boundTo(name: string, program: string, definition: Json): BoundDefinition {
  return { name, program, version: versionOf(program, definition), definition };
}
