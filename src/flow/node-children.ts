import type { FlowNode } from './definition.js';
import { memberPlace } from './flow-template.js';

/** A child of a node: its name among its siblings, and where it stands within the node, e.g. `.steps[0].undo`. */
export interface ChildNode {
  readonly name: string;
  readonly place: string;
  readonly node: FlowNode;
}

/** The name of the child that a route takes when no choice holds. */
export const OTHERWISE = 'otherwise';

/** The children of a node, in the order in which plans and states have them. */
export function childrenOf(node: FlowNode): readonly ChildNode[] {
  switch (node.kind) {
    case 'graph':
      return Object.entries(node.nodes).map(([name, child]) => ({
        name,
        place: memberPlace('.nodes', name),
        node: child,
      }));
    case 'chain':
    case 'parallel':
    case 'race':
      return node.nodes.map(({ name, node: child }, index) => ({ name, place: `.nodes[${index}].node`, node: child }));
    case 'map':
    case 'loop':
      return [{ name: '', place: '.node', node: node.node }];
    case 'route': {
      const choices = node.choose.map(({ name, node: child }, index) => ({
        name,
        place: `.choose[${index}].node`,
        node: child,
      }));
      return node.otherwise === undefined
        ? choices
        : [...choices, { name: OTHERWISE, place: '.otherwise', node: node.otherwise }];
    }
    case 'saga': {
      const steps = node.steps.map(({ name, node: child }, index) => ({
        name,
        place: `.steps[${index}].node`,
        node: child,
      }));
      const undos = node.steps.flatMap(({ name, undo }, index) =>
        undo === undefined ? [] : [{ name: `${name}.undo`, place: `.steps[${index}].undo`, node: undo }],
      );
      return [...steps, ...undos];
    }
    default:
      return [];
  }
}
