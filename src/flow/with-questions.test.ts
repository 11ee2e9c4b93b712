import { TauError } from 'tau-core';
import { describe, expect, test } from 'vitest';
import {
  ask,
  chain,
  edge,
  graph,
  loopUntil,
  mapOver,
  parallel,
  pass,
  race,
  replace,
  route,
  saga,
  task,
  wait,
} from './builder/index.js';
import type { FlowDefinition, FlowNode } from './definition.js';
import { planOf } from './flow-plan.js';
import { validateFlow } from './validate.js';
import { type QuestionPlaces, withQuestions } from './with-questions.js';

const X = task('x:y');

const all = graph({
  state: { key: replace() },
  nodes: {
    plan: task('x:y', { writes: { key: '${{ output }}' } }),
    steps: chain({ first: X, second: wait(1) }),
    sides: parallel({ left: X }),
    first: race({ one: X }),
    pages: mapOver(chain({ read: X }), { over: 'state.key', writes: {} }),
    again: loopUntil('output', X, { roundsMax: 2 }),
    which: route({ bug: { when: 'input', node: X } }, { otherwise: pass() }),
    order: saga({ pay: { node: X, undo: X }, ship: X }),
    inner: graph({ nodes: { deep: ask('Deep?'), other: X }, edges: [edge('deep', 'other')] }),
  },
  edges: [
    edge('plan', 'steps'),
    edge('plan', 'sides'),
    edge('plan', 'first'),
    edge('plan', 'pages'),
    edge('plan', 'again'),
    edge('plan', 'which'),
    edge('plan', 'order'),
    edge('plan', 'inner'),
  ],
});
const definition: FlowDefinition = { format: 1, name: 'test', root: all };

/** The questions of a definition, by the places of their nodes. */
function questionsOf(of: FlowDefinition): readonly string[] {
  return planOf(of).nodes.flatMap(({ place, node: { interrupt = {} } }) =>
    Object.entries(interrupt).map(([at, question]) => `${place} ${at}: ${question?.question}`),
  );
}

function refusal(places: QuestionPlaces, of = definition): TauError {
  try {
    withQuestions(of, places);
  } catch (thrown) {
    if (thrown instanceof TauError) return thrown;
  }
  throw new Error('it was to be refused');
}

test('the flow of these tests is right', () => {
  expect(validateFlow(definition)).toEqual([]);
});

describe('withQuestions', () => {
  test.each([
    ['$root', 'root'],
    ['plan', 'root.nodes.plan'],
    ['steps.second', 'root.nodes.steps.nodes[1].node'],
    ['sides.left', 'root.nodes.sides.nodes[0].node'],
    ['first.one', 'root.nodes.first.nodes[0].node'],
    ['pages', 'root.nodes.pages'],
    ['pages[*]', 'root.nodes.pages.node'],
    ['pages[*].read', 'root.nodes.pages.node.nodes[0].node'],
    ['again[*]', 'root.nodes.again.node'],
    ['which.bug', 'root.nodes.which.choose[0].node'],
    ['which.otherwise', 'root.nodes.which.otherwise'],
    ['order.pay', 'root.nodes.order.steps[0].node'],
    ['order.pay.undo', 'root.nodes.order.steps[0].undo'],
    ['inner.deep', 'root.nodes.inner.nodes.deep'],
  ])('stops at %s', (path, place) => {
    const stopping = withQuestions(definition, { before: [path], after: [path] });
    expect(questionsOf(stopping)).toEqual([
      `${place} before: Go on with ${path}?`,
      `${place} after: Go on after ${path}?`,
    ]);
    expect(validateFlow(stopping)).toEqual([]);
  });

  test('stops at all that are directly there', () => {
    expect(questionsOf(withQuestions(definition, { before: ['inner.*', 'order.*'] }))).toEqual([
      'root.nodes.order.steps[0].node before: Go on with order.pay?',
      'root.nodes.order.steps[1].node before: Go on with order.ship?',
      'root.nodes.order.steps[0].undo before: Go on with order.pay.undo?',
      'root.nodes.inner.nodes.deep before: Go on with inner.deep?',
      'root.nodes.inner.nodes.other before: Go on with inner.other?',
    ]);
    expect(questionsOf(withQuestions(definition, { after: ['*'] }))).toHaveLength(9);
    expect(questionsOf(withQuestions({ ...definition, root: mapOver(X) }, { before: ['*'] }))).toEqual([
      'root.node before: Go on with [*]?',
    ]);
  });

  test('changes nothing else, and not what it is given', () => {
    const before = JSON.stringify(definition);
    withQuestions(definition, { before: ['*', 'inner.*'] });
    expect(JSON.stringify(definition)).toBe(before);
    expect(JSON.stringify(withQuestions(definition, {}))).toBe(before);
  });

  test('leaves questions that are there as they are', () => {
    const own: FlowNode = task('x:y', { interrupt: { before: { question: 'Mine?', actions: ['approve'] } } });
    const { root } = withQuestions({ ...definition, root: own }, { before: ['$root'], after: ['$root'] });
    expect(root.interrupt).toEqual({
      before: { question: 'Mine?', actions: ['approve'] },
      after: { question: 'Go on after $root?' },
    });
  });

  test('refuses paths that name no node, each with its place', () => {
    const refused = refusal({ before: ['plan', 'inner.depe', 'constructor'], after: ['plan.*', 'order.pay.*', ''] });
    expect(refused.is('INVALID_ARGUMENT')).toBe(true);
    const known =
      '"$root", "plan", "steps", "steps.first", "steps.second", "sides", "sides.left", "first", "first.one", "pages", ...';
    expect(refused.message).toBe(`the flow "test" cannot stop there:
before[1]: there is no node "inner.depe": did you mean "inner.deep"?
before[2]: there is no node "constructor": there are ${known}
after[0]: there is no node "plan.*": did you mean "plan"?
after[1]: there is no node "order.pay.*": did you mean "order.pay"?
after[2]: there is no node "": there are ${known}`);
    expect(refused.data.details).toMatchObject({ findings: [{ place: 'before[1]' }, {}, {}, {}, {}] });
  });
});
