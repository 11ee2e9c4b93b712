import { tauError } from 'tau-core';
import type { FlowDefinition, FlowNode, Question } from './definition.js';
import { listed } from './listed.js';
import { mapChildren } from './map-children.js';
import { nearest } from './nearest.js';

/**
 * Nodes by their paths from the root: `plan` of the root graph or chain, `weather.forecast` within a part of it, `pages[*]` for the
 * node of a map or a loop, `which.otherwise` of a route, `order.pay.undo` of a saga, `$root` for the whole. A `*` at the end stands for all
 * that are directly there: `*`, `weather.*`.
 */
export interface QuestionPlaces {
  /** Nodes that ask before they start. */
  readonly before?: readonly string[];
  /** Nodes that ask once they have ended, before their output counts. */
  readonly after?: readonly string[];
}

/**
 * The same flow, stopping at nodes for a person: breakpoints, to go through any flow step by step without changing how it is
 * written. What may be answered is all that makes sense there: go on, go on with another input or output, answer in place of the node,
 * refuse. A node that has a question of its own at that place keeps it.
 *
 * The result is another version of the definition: a run keeps to the one that it began with, and a run that goes on takes it over where
 * its host is told to `migrate`.
 *
 * @param definition one without findings, as `defineFlow` and `flowLanguage.parse` give it.
 * @throws TauError INVALID_ARGUMENT that says of each path which names no node what there is; `details.findings` has it as data.
 * @example
 * ```ts
 * import { chain, defineFlow, task, withQuestions } from 'tau-orchestrate/flow';
 *
 * const mail = defineFlow('mail', chain({ write: task('model:write'), send: task('tool:send') }));
 * const stopping = { ...mail, definition: withQuestions(mail.definition, { before: ['send'] }) };
 * ```
 */
export function withQuestions(definition: FlowDefinition, { before = [], after = [] }: QuestionPlaces): FlowDefinition {
  const paths: string[] = [];
  const wanted = { before: new Wishes(before), after: new Wishes(after) };
  const visit = (node: FlowNode, path: string, parent: string | undefined): FlowNode => {
    paths.push(path);
    const inner = mapChildren(node, (child, name) => visit(child, pathOf(path, name), path));
    const asks = { before: wanted.before.has(path, parent), after: wanted.after.has(path, parent) };
    if (!asks.before && !asks.after) return inner;
    const interrupt = {
      ...(asks.before && { before: question(`Go on with ${path}?`) }),
      ...(asks.after && { after: question(`Go on after ${path}?`) }),
      ...node.interrupt,
    };
    return { ...inner, interrupt };
  };
  const root = visit(definition.root, ROOT, undefined);
  const findings = [...wanted.before.unmet('before', paths), ...wanted.after.unmet('after', paths)];
  if (findings.length === 0) return { ...definition, root };
  const lines = findings.map(({ place, message }) => `${place}: ${message}`);
  throw tauError('INVALID_ARGUMENT', `the flow "${definition.name}" cannot stop there:\n${lines.join('\n')}`, {
    details: { findings },
  });
}

const ROOT = '$root';

function question(text: string): Question {
  return { question: text };
}

/** The one node of a map or a loop has no name. */
function pathOf(parent: string, name: string): string {
  const within = parent === ROOT ? '' : parent;
  if (name === '') return `${within}[*]`;
  return within === '' ? name : `${within}.${name}`;
}

interface Finding {
  readonly [member: string]: string;
  readonly place: string;
  readonly message: string;
}

/** Paths that were asked for, and which of them there are. */
class Wishes {
  readonly #list: readonly string[];
  /** By path, or by the path whose children are all wanted. */
  readonly #paths: ReadonlySet<string>;
  readonly #parents: ReadonlySet<string>;
  readonly #met = new Set<string>();

  constructor(list: readonly string[]) {
    this.#list = list;
    this.#paths = new Set(list.filter((wish) => parentOf(wish) === undefined));
    this.#parents = new Set(list.flatMap((wish) => parentOf(wish) ?? []));
  }

  has(path: string, parent: string | undefined): boolean {
    const isNamed = this.#paths.has(path);
    const isChild = parent !== undefined && this.#parents.has(parent);
    if (isNamed) this.#met.add(path);
    if (isChild) this.#met.add(parent === ROOT ? '*' : `${parent}.*`);
    return isNamed || isChild;
  }

  unmet(member: string, paths: readonly string[]): readonly Finding[] {
    return this.#list.flatMap((wish, index) => {
      if (this.#met.has(wish)) return [];
      const similar = nearest(wish, paths);
      const advice = similar === undefined ? `there are ${listed(paths)}` : `did you mean "${similar}"?`;
      return [{ place: `${member}[${index}]`, message: `there is no node "${wish}": ${advice}` }];
    });
  }
}

/** The path whose children a wish names, all of them; undefined for a wish of one node. */
function parentOf(wish: string): string | undefined {
  if (wish === '*') return ROOT;
  return wish.endsWith('.*') ? wish.slice(0, -2) : undefined;
}
