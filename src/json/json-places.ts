import type { Json } from 'tau-core';

/** Where a member, or an item, stands in a text: its name, and its value. */
export interface MemberPlace {
  readonly key: number;
  readonly value: number;
}

/** Where the values of a JSON text stand. Offsets count UTF-16 units from 0. */
export interface JsonPlaces {
  /** Where the whole value starts. */
  readonly root: number;
  /** The place of what a path leads to in a value; where it leads nowhere, that of the last thing on the way. */
  find(value: Json, path: readonly (string | number)[]): MemberPlace;
}

/** Places by the list or object that they are in. */
export class PlaceMap implements JsonPlaces {
  root = 0;
  readonly #places = new Map<object, Map<string | number, MemberPlace>>();

  set(parent: object, step: string | number, place: MemberPlace): void {
    const known = this.#places.get(parent);
    if (known === undefined) this.#places.set(parent, new Map([[step, place]]));
    else known.set(step, place);
  }

  find(value: Json, path: readonly (string | number)[]): MemberPlace {
    let found: MemberPlace = { key: this.root, value: this.root };
    let at: Json | undefined = value;
    for (const step of path) {
      if (typeof at !== 'object' || at === null) return found;
      const place = this.#places.get(at)?.get(step);
      if (place === undefined) return found;
      found = place;
      at = (at as { readonly [step: string]: Json })[step];
    }
    return found;
  }
}
