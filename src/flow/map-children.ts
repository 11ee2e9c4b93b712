import type { FlowNode, NamedNode } from './definition.js';
import { OTHERWISE } from './node-children.js';

/** What takes the place of a child. Names are those of `childrenOf`: empty for the one child of a map or a loop. */
export type ChangeChild = (child: FlowNode, name: string) => FlowNode;

/** A node with other nodes in the place of its children. */
export function mapChildren(node: FlowNode, change: ChangeChild): FlowNode {
  const changed = <Named extends NamedNode>(one: Named): Named => ({ ...one, node: change(one.node, one.name) });
  switch (node.kind) {
    case 'graph': {
      const nodes = Object.entries(node.nodes).map(([name, child]) => [name, change(child, name)] as const);
      return { ...node, nodes: Object.fromEntries(nodes) };
    }
    case 'chain':
    case 'parallel':
    case 'race':
      return { ...node, nodes: node.nodes.map(changed) };
    case 'map':
    case 'loop':
      return { ...node, node: change(node.node, '') };
    case 'route': {
      const { otherwise } = node;
      const choose = node.choose.map(changed);
      return { ...node, choose, ...(otherwise && { otherwise: change(otherwise, OTHERWISE) }) };
    }
    case 'saga': {
      const steps = node.steps.map((step) => ({
        ...changed(step),
        ...(step.undo && { undo: change(step.undo, `${step.name}.undo`) }),
      }));
      return { ...node, steps };
    }
    default:
      return node;
  }
}
