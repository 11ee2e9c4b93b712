import { createHash } from 'node:crypto';
import {
  type CloudEvent,
  canonicalJson,
  type Diagnostic,
  eventTypeMatches,
  type RegionId,
  regionId,
  tauError,
} from 'tau-core';
import { type HostedLanguage, languageOf, type Programs } from '../machines/region/programs.js';
import type { BoundDefinition, RegionState } from '../machines/region/state.js';

/** The region whose journal has the definitions. */
export const CATALOGUE_REGION: RegionId = regionId('tau/definitions');
/** Definitions put before a journal was attached, until there is one. */
export const VOLATILE_CATALOGUE_REGION: RegionId = regionId('tau/definitions.volatile');

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
    const { definition } = parsed;
    const version = createHash('sha256')
      .update(program)
      .update('\0')
      .update(canonicalJson(definition))
      .digest('hex')
      .slice(0, 16);
    return { bound: { name, program, version, definition } };
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
    return [...found.values()];
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
