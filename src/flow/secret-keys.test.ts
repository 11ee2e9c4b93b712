import { describe, expect, test } from 'vitest';
import { chain, graph, loopUntil, mapOver, parallel, pass, route, saga, task } from './builder/index.js';
import { planOf } from './flow-plan.js';
import { nodesOn, outputPath } from './secret-keys.js';

const plan = planOf({
  format: 1,
  name: 'paths',
  root: graph({
    state: {},
    nodes: {
      plan: task('x:y'),
      research: parallel({ a: pass() }),
      list: mapOver(chain({ score: pass() })),
      loop: loopUntil('output', mapOver(loopUntil('output', pass(), { roundsMax: 2 })), { roundsMax: 2 }),
      order: saga({ look: pass(), pay: { node: pass(), undo: pass() } }),
      which: route({ bug: { when: 'input', node: pass() } }, { otherwise: pass() }),
    },
    edges: [],
    entry: ['plan'],
  }),
});

describe('nodesOn', () => {
  test.each([
    ['', 'root'],
    ['$root', 'root'],
    ['plan', 'root.nodes.plan'],
    ['plan@4', 'root.nodes.plan'],
    ['plan[7]@2', 'root.nodes.plan'],
    ['research[7]@2.a', 'root.nodes.research.nodes[0].node'],
    ['list@2[7].score', 'root.nodes.list.node.nodes[0].node'],
    ['list[1]@2[7].score', 'root.nodes.list.node.nodes[0].node'],
    ['loop#3[0]#1', 'root.nodes.loop.node.node.node'],
    ['order.pay', 'root.nodes.order.steps[1].node'],
    ['order.pay$undo', 'root.nodes.order.steps[1].undo'],
    ['which.bug', 'root.nodes.which.choose[0].node'],
    ['which.$otherwise', 'root.nodes.which.otherwise'],
  ])('%s leads to %s', (at, place) => {
    expect(nodesOn(plan, at).at(-1)?.place).toBe(place);
  });

  test.each(['other', 'plan.other', 'order.look$undo', 'plan[1]'])('%s leads nowhere', (at) => {
    expect(nodesOn(plan, at)).toEqual([]);
  });
});

describe('outputPath', () => {
  test.each([
    ['${{ output }}', []],
    ['${{output.a.b-c}}', ['a', 'b-c']],
    ['Bearer ${{ output.a }}', undefined],
    ['${{ output[0] }}', undefined],
    ["${{ format('{0}', output) }}", undefined],
    [1, undefined],
  ])('of %j is %j', (value, path) => {
    expect(outputPath(value)).toEqual(path);
  });
});
