import { action } from 'tau-core/extension';
import type { Scenario, ScenarioDefinition } from './scenario.ts';

const workflowOf = (name: string, source: string): ScenarioDefinition => ({ name, program: 'workflow', source });

const PACK = `
name: Pack
inputs:
  what: { required: true }
outputs:
  box: { value: 'a box of \${{ steps.put.outputs.box }}' }
runs:
  using: composite
  steps:
    - id: put
      uses: same/pack@v1
      with: { what: '\${{ inputs.what }}' }
    - run: echo "LABEL=\${{ inputs.what }}" >> "$GITHUB_ENV"
      shell: bash
`;

const SHIP = `
on:
  workflow_call:
    inputs: { box: { type: string, required: true } }
    secrets: { door: { required: true } }
    outputs: { receipt: { value: '\${{ jobs.send.outputs.receipt }}' } }
jobs:
  send:
    outputs: { receipt: '\${{ steps.send.outputs.receipt }}' }
    steps:
      - id: send
        uses: same/send@v1
        with: { box: '\${{ inputs.box }}', door: 'code \${{ secrets.door }}' }
`;

const BUILD = `
on:
  workflow_dispatch: { inputs: { who: { type: string, default: Ada } } }
concurrency: { group: 'build-\${{ inputs.who }}' }
env: { STAGE: test }
jobs:
  prepare:
    outputs:
      targets: '\${{ steps.list.outputs.targets }}'
      greeting: '\${{ steps.say.outputs.greeting }}'
    steps:
      - { id: list, uses: same/list@v1 }
      - id: say
        env: { PASS: '\${{ secrets.PASS }}' }
        run: |
          echo "greeting=$STAGE for \${{ inputs.who }}, pass $PASS" >> "$GITHUB_OUTPUT"
          echo "said it"
  build:
    needs: prepare
    strategy:
      matrix:
        target: '\${{ fromJSON(needs.prepare.outputs.targets) }}'
        include: [{ target: arm, extra: slow }]
    steps:
      - uses: same/build@v1
        with: { target: '\${{ matrix.target }}', extra: '\${{ matrix.extra }}' }
  pack:
    needs: [prepare, build]
    outputs: { box: '\${{ steps.pack.outputs.box }}' }
    steps:
      - id: pack
        uses: ./actions/pack
        with: { what: "\${{ hashFiles('lock.json') }}" }
      - run: exit 3
        continue-on-error: true
      - run: test "$LABEL" != ""
  ship:
    needs: pack
    uses: ./flows/ship.yml
    with: { box: '\${{ needs.pack.outputs.box }}' }
    secrets: { door: '\${{ secrets.DOOR }}' }
  end:
    needs: [prepare, ship]
    if: always()
    steps:
      - uses: same/end@v1
        with: { receipt: '\${{ needs.ship.outputs.receipt }}', greeting: '\${{ needs.prepare.outputs.greeting }}' }
`;

const TARGETS = ['x86', 'arm', 'wasm'];

/** A workflow with most of what the language has: matrix, actions of steps, called workflows, scripts, hashes, secrets. */
export const workflow: Scenario = {
  name: 'workflow',
  definitions: [
    workflowOf('actions/pack/action.yml', PACK),
    workflowOf('flows/ship.yml', SHIP),
    workflowOf('build.yml', BUILD),
  ],
  secrets: { PASS: 'open-sesame', DOOR: '4711-4711' },
  capabilities: (gates) => [
    action('same/list@v1', { description: 'targets' }, () => ({ targets: JSON.stringify(TARGETS) })),
    action('same/build@v1', { description: 'builds' }, ({ target, extra }) =>
      gates.inTurn('build', TARGETS.indexOf(String(target)), () => ({ built: `${String(target)} ${String(extra)}` })),
    ),
    action('same/pack@v1', { description: 'packs' }, ({ what }) => ({ box: String(what).slice(0, 8) })),
    // What is said of a secret is masked on its way out.
    action('same/send@v1', { description: 'sends' }, ({ box, door }) => ({
      receipt: `${String(box)} by ${String(door)}`,
    })),
    action('same/end@v1', { description: 'ends' }, (input) => input),
  ],
  async play(stage) {
    await stage.start('run', 'build.yml');
    await stage.ended('run');
  },
};
