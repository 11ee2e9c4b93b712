import { Place } from './findings.js';
import { FLOW_CHARS_MAX, FLOW_JSON_DEPTH_MAX } from './limits.js';

/** Why a value can be no definition, whatever is in it. */
export interface MeasureProblem {
  readonly place: Place;
  readonly message: string;
}

/**
 * Checks that a value is plain JSON, not too deep and not too large, before anything recurses over it. Members that are
 * undefined count as absent. Cycles are too deep.
 */
export function measure(value: unknown): MeasureProblem | undefined {
  let chars = 0;
  const visit = (member: unknown, place: Place, depth: number): MeasureProblem | undefined => {
    // A comma or an opening bracket stands before each value.
    chars += 1;
    if (chars > FLOW_CHARS_MAX) return { place: Place.DEFINITION, message: TOO_LARGE };
    switch (typeof member) {
      case 'string':
        chars += member.length + 2;
        return chars > FLOW_CHARS_MAX ? { place: Place.DEFINITION, message: TOO_LARGE } : undefined;
      case 'boolean':
        chars += 4;
        return undefined;
      case 'number':
        chars += String(member).length;
        return Number.isFinite(member)
          ? undefined
          : { place, message: `${member} is no number of JSON: take a finite one` };
      case 'object':
        break;
      default:
        return { place, message: `a ${typeof member} is no JSON: take a text, number, boolean, list, object or null` };
    }
    chars += 2;
    if (member === null) return undefined;
    if (depth >= FLOW_JSON_DEPTH_MAX) return { place, message: TOO_DEEP };
    if (Array.isArray(member)) {
      for (let index = 0; index < member.length; index += 1) {
        const problem = visit(member[index], place.at(index), depth + 1);
        if (problem !== undefined) return problem;
      }
      return undefined;
    }
    const prototype: unknown = Object.getPrototypeOf(member);
    if (prototype !== Object.prototype && prototype !== null)
      return { place, message: 'this is an instance of a class: take a plain object' };
    for (const name of Object.keys(member)) {
      const inner = (member as { readonly [name: string]: unknown })[name];
      if (inner === undefined) continue;
      if (name === '__proto__') return { place, message: '"__proto__" cannot be used as a name: take another' };
      chars += name.length + 3;
      const problem = visit(inner, place.at(name), depth + 1);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
  return visit(value, Place.DEFINITION, 0);
}

const TOO_LARGE = `a definition may have ${FLOW_CHARS_MAX} characters: split it, and start the parts by "run:start@v1"`;
const TOO_DEEP = `a definition may be nested ${FLOW_JSON_DEPTH_MAX} levels deep: flatten this, or break its cycle`;
