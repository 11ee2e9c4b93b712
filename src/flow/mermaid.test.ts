import { describe, expect, test } from 'vitest';
import {
  ask,
  chain,
  choose,
  each,
  edge,
  graph,
  loopUntil,
  mapOver,
  parallel,
  pass,
  race,
  route,
  saga,
  task,
  wait,
} from './builder/index.js';
import type { FlowNode } from './definition.js';
import { toMermaid } from './mermaid.js';

function drawn(root: FlowNode): string {
  return toMermaid({ format: 1, name: 'flow', root });
}

describe('toMermaid', () => {
  test('draws a graph', () => {
    const root = graph({
      nodes: {
        read: task('tool:read', { onError: { goto: 'help' }, leadsTo: ['help', '$end'] }),
        judge: task('model:judge'),
        fix: pass(),
        sum: pass(),
        help: ask('What now?'),
      },
      edges: [
        each('read', 'output.files', 'judge'),
        choose('judge', [{ when: 'output.ok && state.n < 3', to: 'fix' }, { to: '$end' }]),
        edge(['judge', 'fix'], 'sum', "output.x == 'y'"),
        edge('sum', 'help'),
      ],
    });
    expect(drawn(root)).toMatchInlineSnapshot(`
      "flowchart TD
        subgraph n0["flow<br/>graph"]
          n1["read<br/>tool:read"]
          n2["judge<br/>model:judge"]
          n3("fix")
          n4("sum")
          n5[/"help<br/>What now?"/]
          s0(("start"))
          s0 --> n1
          n1 -->|"each of output.files"| n2
          e0((("end")))
          n2 -->|"output.ok #38;#38; state.n #60; 3"| n3
          n2 -->|"otherwise"| e0
          j0{{"all"}}
          n2 --> j0
          n3 --> j0
          j0 -->|"output.x == 'y'"| n4
          n4 --> n5
          n1 -.->|"command"| n5
          n1 -.->|"command"| e0
          n1 -.->|"on error"| n5
        end
      "
    `);
  });

  test('draws patterns', () => {
    const root = chain({
      all: parallel({ a: pass(), b: wait(5) }, { workers: 2, failure: 'collect' }),
      items: mapOver(task('x:y'), { over: 'input.l' }),
      again: loopUntil('output.done', pass(), { roundsMax: 3 }),
      first: race({ a: pass(), b: pass() }),
      which: route({ bug: { when: "input.kind == 'bug'", node: pass() } }, { otherwise: pass() }),
      order: saga({
        pay: { node: pass(), undo: task('tool:refund') },
        ship: pass(),
        note: { node: pass(), undo: pass() },
      }),
    });
    expect(drawn(root)).toMatchInlineSnapshot(`
      "flowchart TD
        subgraph n0["flow<br/>chain"]
          subgraph n1["all<br/>parallel, 2 at once, all to their ends"]
            n2("a")
            n3(["b<br/>wait 5 ms"])
          end
          subgraph n4["items<br/>for each of input.l"]
            n5["each<br/>x:y"]
          end
          subgraph n6["again<br/>until output.done, at most 3 rounds"]
            n7("each")
            n7 -->|"again"| n7
          end
          subgraph n8["first<br/>race"]
            n9("a")
            n10("b")
          end
          subgraph n11["which<br/>route"]
            r0{"which?"}
            n12("bug")
            n13("otherwise")
            r0 -->|"input.kind == 'bug'"| n12
            r0 -->|"otherwise"| n13
          end
          subgraph n14["order<br/>saga"]
            n15("pay")
            n16("ship")
            n17("note")
            n18["pay.undo<br/>tool:refund"]
            n19("note.undo")
            n15 --> n16
            n16 --> n17
            n15 -.->|"undo"| n18
            n17 -.->|"undo"| n19
          end
          n1 --> n4
          n4 --> n6
          n6 --> n8
          n8 --> n11
          n11 --> n14
        end
      "
    `);
  });

  test('keeps texts from being read as anything else', () => {
    const question = 'a "b" <b>c</b> #d; [e] {f} |g| `h` *i* _j_ \\k\n& l; --> end %% äß';
    expect(drawn(ask(question))).toMatchInlineSnapshot(`
      "flowchart TD
        n0[/"flow<br/>a #34;b#34; #60;b#62;c#60;/b#62; #35;d#59; #91;e#93; #123;f#125; #124;g#124; #96;h#96; #42;i#42; #95;j#95; #92;k #38; l#59; --#62; end #37;#37; äß"/]
      "
    `);
    expect(drawn(ask('x'.repeat(500)))).toContain(`${'x'.repeat(120)}...`);
  });
});
