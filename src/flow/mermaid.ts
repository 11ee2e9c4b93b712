import type { FlowDefinition, FlowNode, Workers } from './definition.js';
import { graphLines } from './mermaid-graph.js';
import { type Drawing, drawingOf, label } from './mermaid-text.js';
import { childrenOf } from './node-children.js';

/**
 * A flow as a Mermaid flowchart. Patterns and graphs are subgraphs; conditions, lists and what a failure does are
 * labels of edges. The same definition always gives the same text.
 */
export function toMermaid(definition: FlowDefinition): string {
  const drawing = drawingOf();
  draw(definition.root, definition.name, drawing);
  return `flowchart TD\n${drawing.lines.map((line) => `  ${line}\n`).join('')}`;
}

/** Draws a node, and gives the id that edges name. */
function draw(node: FlowNode, name: string, drawing: Drawing): string {
  const id = drawing.id('n');
  switch (node.kind) {
    case 'task':
      drawing.line(`${id}["${label(name, node.call)}"]`);
      return id;
    case 'ask':
      drawing.line(`${id}[/"${label(name, node.question)}"/]`);
      return id;
    case 'pass':
      drawing.line(`${id}("${label(name)}")`);
      return id;
    case 'wait':
      drawing.line(`${id}(["${label(name, `wait ${node.ms} ms`)}"])`);
      return id;
    case 'receive':
      drawing.line(`${id}>"${label(name, node.when === undefined ? 'any message' : `message, ${node.when}`)}"]`);
      return id;
    default:
      drawing.line(`subgraph ${id}["${label(name, aboutOf(node))}"]`);
      drawing.within(() => drawInside(node, id, drawing));
      drawing.line('end');
      return id;
  }
}

type PatternNode = Exclude<FlowNode, { readonly kind: 'task' | 'ask' | 'pass' | 'wait' | 'receive' }>;

function aboutOf(node: PatternNode): string {
  switch (node.kind) {
    case 'map':
      return `for each of ${node.over ?? 'input'}${workersOf(node)}`;
    case 'loop':
      return `until ${node.until}, at most ${node.roundsMax} rounds`;
    case 'parallel':
      return `parallel${workersOf(node)}`;
    default:
      return node.kind;
  }
}

function workersOf({ workers, failure }: Workers): string {
  const bound = workers === undefined ? '' : `, ${workers} at once`;
  return failure === 'collect' ? `${bound}, all to their ends` : bound;
}

function drawInside(node: PatternNode, id: string, drawing: Drawing): void {
  const choice = node.kind === 'route' ? drawing.id('r') : undefined;
  if (choice !== undefined) drawing.line(`${choice}{"${label('which?')}"}`);
  const ids = childrenOf(node).map((child) => draw(child.node, child.name === '' ? 'each' : child.name, drawing));
  switch (node.kind) {
    case 'graph':
      for (const line of graphLines(node, ids, drawing)) drawing.line(line);
      return;
    case 'chain':
      joinUp(ids, drawing);
      return;
    case 'loop':
      drawing.line(`${ids[0] ?? id} -->|"${label('again')}"| ${ids[0] ?? id}`);
      return;
    case 'route':
      for (const [index, target] of ids.entries())
        drawing.line(`${choice} -->|"${label(node.choose[index]?.when ?? 'otherwise')}"| ${target}`);
      return;
    case 'saga': {
      joinUp(ids.slice(0, node.steps.length), drawing);
      let undo = node.steps.length;
      for (const [index, step] of node.steps.entries()) {
        if (step.undo === undefined) continue;
        drawing.line(`${ids[index]} -.->|"${label('undo')}"| ${ids[undo]}`);
        undo += 1;
      }
      return;
    }
    default:
  }
}

function joinUp(ids: readonly string[], drawing: Drawing): void {
  for (const [index, id] of ids.entries()) {
    const next = ids[index + 1];
    if (next !== undefined) drawing.line(`${id} --> ${next}`);
  }
}
