import type { Json } from 'tau-core';

/** JSON that can be changed: mutations work on it in place. */
type Loose = null | boolean | number | string | Loose[] | { [name: string]: Loose };

/**
 * Random flows by the hundred thousand: a tree that is mostly right, then now and then a mutation at a random place. Plain
 * functions over a seeded generator (mulberry32): an arbitrary of fast-check for the same costs ten times as much a flow.
 */
export class FlowSource {
  #state: number;
  #nodes = 0;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A definition, or what is left of one after mutations. */
  flow(): Json {
    this.#nodes = 0;
    const definition: { [name: string]: Loose } = { format: 1, name: 'fuzz', root: this.#node(0, undefined) };
    if (this.#chance(0.3)) definition['patches'] = ['fast', 'slow'];
    const mutations = this.#chance(0.5) ? 0 : 1 + this.#below(3);
    for (let made = 0; made < mutations; made += 1) this.#mutate(definition);
    return definition;
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  #below(end: number): number {
    return Math.floor(this.#next() * end);
  }

  #chance(share: number): boolean {
    return this.#next() < share;
  }

  #pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.#below(items.length)] ?? items[0];
  }

  #node(depth: number, graph: readonly string[] | undefined): Loose {
    this.#nodes += 1;
    const kinds = depth > 3 || this.#nodes > 10 ? LEAVES : KINDS;
    const node = this.#kind(this.#pick(kinds), depth, graph !== undefined);
    if (graph !== undefined && (node['kind'] === 'map' || this.#chance(0.3)))
      node['writes'] = { [this.#pick(KEYS)]: this.#pick(UPDATES) };
    if (graph !== undefined && this.#chance(0.05)) node['onError'] = { goto: graph[this.#below(graph.length)] ?? 'a' };
    if (this.#chance(0.05)) node['timeoutMs'] = 1 + this.#below(1_000);
    if (this.#chance(0.03)) node['lock'] = { key: 'lock-${{ run.id }}', slots: 2, waiting: 'replace' };
    if (this.#chance(0.03)) node['interrupt'] = { before: { question: 'Go on with ${{ input }}?' } };
    return node;
  }

  #kind(kind: string, depth: number, inGraph: boolean): { [name: string]: Loose } {
    switch (kind) {
      case 'task':
        return { kind, call: 'model:x', ...(this.#chance(0.5) && { input: this.#value(inGraph) }) };
      case 'ask':
        return { kind, question: 'Is ${{ input.x }} right?', actions: ['approve', 'reject'] };
      case 'wait':
        return { kind, ms: this.#pick<Loose>([0, 1_000, '${{ input.ms }}']) };
      case 'receive':
        return { kind, ...(this.#chance(0.5) && { when: "message.kind == 'a'" }) };
      case 'chain':
      case 'parallel':
      case 'race':
        return { kind, nodes: this.#named(depth) };
      case 'map':
        return { kind, over: 'input.items', workers: 1 + this.#below(4), node: this.#node(depth + 1, undefined) };
      case 'loop':
        return { kind, until: 'output.done || round > 3', roundsMax: 5, node: this.#node(depth + 1, undefined) };
      case 'route':
        return { kind, choose: this.#named(depth, { when: "input.kind == 'a'" }), otherwise: { kind: 'pass' } };
      case 'saga':
        return {
          kind,
          steps: this.#named(depth, this.#chance(0.5) ? { undo: { kind: 'task', call: 'tool:undo' } } : {}),
        };
      case 'graph':
        return this.#graph(depth);
      default:
        return { kind: 'pass', ...(this.#chance(0.3) && { input: { a: '${{ input }}' } }) };
    }
  }

  #value(inGraph: boolean): Loose {
    const texts = inGraph ? IN_GRAPH : VALUES;
    return { x: this.#pick(texts), more: [this.#pick(texts), { deep: this.#pick(texts) }] };
  }

  #named(depth: number, more: { [name: string]: Loose } = {}): Loose {
    const count = 1 + this.#below(3);
    return NAMES.slice(0, count).map((name) => ({
      name,
      node: this.#node(depth + 1, undefined),
      ...structuredClone(more),
    }));
  }

  #graph(depth: number): { [name: string]: Loose } {
    const names = NAMES.slice(0, 1 + this.#below(NAMES.length));
    const nodes: { [name: string]: Loose } = {};
    for (const name of names) nodes[name] = this.#node(depth + 1, names);
    const edges: Loose[] = names.slice(1).map((to, index) => this.#edge(names[index] ?? 'a', to));
    if (names.length > 2 && this.#chance(0.3)) edges.push({ from: names.slice(0, 2), to: names[2] ?? 'a' });
    if (this.#chance(0.3))
      edges.push({ from: names.at(-1) ?? 'a', to: this.#pick(['a', '$end']), when: 'output.again' });
    return { kind: 'graph', state: structuredClone(STATE), nodes, edges, entry: ['a'], stepsMax: 50 };
  }

  #edge(from: string, to: string): Loose {
    if (this.#chance(0.6)) return { from, to, ...(this.#chance(0.3) && { when: 'state.sum < 3' }) };
    if (this.#chance(0.3)) return { from, each: 'output.items', to };
    return { from, choose: [{ when: 'output.ok', to }, { to: this.#chance(0.5) ? to : '$end' }] };
  }

  /** Changes something at a random place: takes out, puts junk in, renames, doubles. */
  #mutate(root: Loose): void {
    let at: Loose = root;
    for (;;) {
      if (typeof at !== 'object' || at === null) return;
      const steps = Object.keys(at);
      const step = steps[this.#below(steps.length)];
      if (step === undefined) return;
      const members = at as { [name: string]: Loose };
      const member = members[step] ?? null;
      if (typeof member === 'object' && member !== null && this.#chance(0.85)) {
        at = member;
        continue;
      }
      this.#change(at, step, member);
      return;
    }
  }

  #change(parent: Loose[] | { [name: string]: Loose }, step: string, member: Loose): void {
    const members = parent as { [name: string]: Loose };
    const way = this.#below(5);
    if (way === 0 && Array.isArray(parent)) parent.splice(Number(step), 1);
    else if (way === 0) delete members[step];
    else if (way === 1 && Array.isArray(parent)) parent.push(structuredClone(member));
    else if (way === 1) members[`${step}x`] = structuredClone(member);
    else if (way === 2 && typeof member === 'string') members[step] = `${member}${this.#pick(TAILS)}`;
    else members[step] = structuredClone(this.#pick(JUNK));
  }
}

const LEAVES: [string, ...string[]] = ['task', 'task', 'pass', 'ask', 'wait', 'receive'];
const KINDS: [string, ...string[]] = [
  ...LEAVES,
  'graph',
  'graph',
  'graph',
  'chain',
  'parallel',
  'map',
  'race',
  'loop',
  'route',
  'saga',
];
const NAMES = ['a', 'b', 'c', 'd', 'e'];
const KEYS: [string, ...string[]] = ['list', 'sum', 'one', 'map'];
const STATE = {
  list: { reducer: 'append' },
  sum: { reducer: 'add', initial: 1 },
  one: { type: 'text' },
  map: { reducer: 'merge' },
};
const UPDATES: [Loose, ...Loose[]] = ['${{ output.x }}', 1, { a: '${{ output }}' }];
const VALUES: [Loose, ...Loose[]] = [
  'text',
  'Hello ${{ input.name }}',
  '${{ input.x }}',
  "${{ format('{0}', run.id) }}",
  'Bearer ${{ secrets.TOKEN }}',
  "${{ patched('fast') }}",
  '${{ length(input) }}',
  1,
  null,
];
const IN_GRAPH: [Loose, ...Loose[]] = [...VALUES, '${{ state.list }}', '${{ state.sum > 1 }}'];
const TAILS: [string, ...string[]] = [
  'x',
  ' ${{',
  ' ${{ }}',
  "'",
  ' ${{ input.',
  ' && (',
  '${{ foo }}',
  '\u0000',
  '[*]',
];
const JUNK: [Loose, ...Loose[]] = [
  null,
  0,
  -1,
  1.5,
  1e300,
  '',
  '$end',
  'a',
  '${{ input }}',
  '__proto__',
  'constructor',
  [],
  {},
  [[]],
  true,
  ['a', 'a'],
  { kind: 'pass' },
  { kind: 'graph', state: {}, nodes: {}, edges: [{}], entry: [] },
  { from: 'a', to: 'b' },
];
