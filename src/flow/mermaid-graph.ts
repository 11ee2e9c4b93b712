import { END, type GraphEdge, type GraphNode } from './definition.js';
import { type Drawing, label } from './mermaid-text.js';

/** The edges of a graph, its start and its end; `ids` are those of its nodes, in order. */
export function graphLines(node: GraphNode, ids: readonly string[], drawing: Drawing): readonly string[] {
  const names = Object.keys(node.nodes);
  const lines: string[] = [];
  const start = drawing.id('s');
  lines.push(`${start}(("start"))`);
  let end: string | undefined;
  const idOf = (name: string): string => {
    if (name !== END) return ids[names.indexOf(name)] ?? name;
    if (end === undefined) {
      end = drawing.id('e');
      lines.push(`${end}((("end")))`);
    }
    return end;
  };
  for (const name of node.entry) lines.push(`${start} --> ${idOf(name)}`);
  for (const edge of node.edges) {
    for (const line of edgeLines(edge, idOf, drawing)) lines.push(line);
  }
  for (const [name, child] of Object.entries(node.nodes)) {
    if (child.kind === 'task')
      for (const target of child.leadsTo ?? []) lines.push(`${idOf(name)} -.->|"command"| ${idOf(target)}`);
    if (typeof child.onError === 'object') lines.push(`${idOf(name)} -.->|"on error"| ${idOf(child.onError.goto)}`);
  }
  return lines;
}

function edgeLines(edge: GraphEdge, idOf: (name: string) => string, drawing: Drawing): readonly string[] {
  if ('choose' in edge) {
    const from = idOf(edge.from);
    return edge.choose.map(({ when, to }) => `${from} -->|"${label(when ?? 'otherwise')}"| ${idOf(to)}`);
  }
  if ('each' in edge) return [`${idOf(edge.from)} -->|"${label(`each of ${edge.each}`)}"| ${idOf(edge.to)}`];
  const arrow = edge.when === undefined ? '-->' : `-->|"${label(edge.when)}"|`;
  const from = typeof edge.from === 'string' ? [edge.from] : edge.from;
  const [only] = from;
  if (from.length === 1 && only !== undefined) return [`${idOf(only)} ${arrow} ${idOf(edge.to)}`];
  const join = drawing.id('j');
  const to = idOf(edge.to);
  return [`${join}{{"all"}}`, ...from.map((name) => `${idOf(name)} --> ${join}`), `${join} ${arrow} ${to}`];
}
