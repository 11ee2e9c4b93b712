/** A file of the workflow language. */
export interface CorpusFile {
  readonly file: string;
  readonly source: string;
}

const workflow = (file: string, source: string): CorpusFile => ({ file: `.tau/workflows/${file}.yml`, source });
const action = (folder: string, source: string): CorpusFile => ({ file: `.tau/actions/${folder}/action.yml`, source });

const JOBS = 'jobs: { a: { steps: [{ uses: x/a@v1 }] } }';

/**
 * Files that are valid, and that together use everything that the language has. They refer to each other. Each is small:
 * damage to a small file is seen sooner, and many of them are read in little time.
 */
export const CORPUS: readonly CorpusFile[] = [
  workflow(
    'push',
    `name: Push
on:
  push:
    branches: [main, 'release/**', '!release/old']
    tags: ['v[0-9]+.*']
    paths: ['src/**', '**.md']
  create:
${JOBS}
`,
  ),
  workflow(
    'ignore',
    `on:
  push: { branches-ignore: [x?], tags-ignore: ['v*'], paths-ignore: ['docs/**'] }
  pull_request: { types: [opened], branches: [main], labels: [urgent] }
  workflow_run: { workflows: [Push], types: completed }
${JOBS}
`,
  ),
  workflow(
    'top',
    `description: Of all
run-name: Push of \${{ github.sha }}
on: [push, issues]
permissions: { contents: read, issues: write }
env: { LEVEL: 1, TOKEN: '\${{ secrets.TOKEN }}' }
defaults: { run: { shell: bash, working-directory: src } }
concurrency: { group: "x-\${{ github.ref }}", cancel-in-progress: true }
${JOBS}
`,
  ),
  workflow(
    'own',
    `on:
  tau: { types: [run.ended, deploy.*] }
  projects_v2_item: { types: [edited] }
  sub_issues:
  repository_dispatch: { types: [deploy] }
${JOBS}
`,
  ),
  workflow(
    'schedule',
    `on:
  schedule:
    - cron: '*/15 0-6 1,15 JAN-JUN mon'
      timezone: UTC
    - { cron: '0 3 * * *' }
${JOBS}
`,
  ),
  workflow(
    'inputs',
    `on:
  workflow_dispatch:
    inputs:
      title: { description: d, type: string, required: true }
      n: { type: number, default: 3 }
      kind: { type: choice, options: [bug, idea], default: bug }
jobs: { a: { steps: [{ uses: x/a@v1, with: { n: '\${{ inputs.n }}' } }] } }
`,
  ),
  workflow(
    'called',
    `on:
  workflow_call:
    inputs: { n: { description: d, type: number, required: true, default: 1 } }
    secrets: { KEY: { description: d, required: true } }
    outputs: { url: { description: d, value: "\${{ jobs.b.outputs.url }}" } }
jobs:
  b:
    outputs: { url: "\${{ steps.s.outputs.url }}" }
    steps: [{ id: s, uses: deploy/it@v2, env: { KEY: "\${{ secrets.KEY }}" } }]
`,
  ),
  workflow(
    'calls',
    `on: push
jobs:
  call:
    uses: ./.tau/workflows/called.yml
    name: Call it
    with: { n: 1 }
    secrets: { KEY: "\${{ secrets.DEPLOY_KEY }}" }
    permissions: write-all
  use: { needs: [call], steps: [{ run: x, env: { U: "\${{ needs.call.outputs.url }}" } }] }
`,
  ),
  workflow(
    'inherits',
    `on: push
jobs:
  again:
    { uses: ./.tau/workflows/called.yml, secrets: inherit, if: always(), concurrency: one, strategy: { matrix: { x: [1] } } }
`,
  ),
  workflow(
    'matrix',
    `on: issues
jobs:
  m:
    name: On \${{ matrix.os }}
    strategy:
      fail-fast: "\${{ vars.fast }}"
      max-parallel: 2
      matrix: { os: [linux, mac], n: [1, 2], include: [{ os: win }], exclude: [{ n: 2 }] }
    concurrency: { group: "\${{ strategy.job-index }}", queue: max }
    steps: [{ run: x }]
`,
  ),
  workflow(
    'from-json',
    `on: push
jobs:
  d:
    needs: []
    strategy: { matrix: "\${{ fromJSON(vars.m) }}" }
    steps: [{ uses: ./.tau/actions/greet, with: { who: me } }]
`,
  ),
  workflow(
    'steps',
    `on: push
jobs:
  a:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    continue-on-error: true
    permissions: read-all
    defaults: { run: { shell: sh } }
    env: { OS: "\${{ github.x }}" }
    steps:
      - name: Say
        id: s
        if: \${{ success() && hashFiles('**/lock') != '' }}
        run: |
          echo "\${{ job.status }}"
        shell: bash
        working-directory: \${{ env.OS }}
        timeout-minutes: 1.5
        continue-on-error: true
`,
  ),
  workflow(
    'functions',
    `on: push
jobs:
  a:
    steps:
      - uses: x/a@v1
        with:
          c: \${{ contains(github.event.labels.*.name, 'bug') && startsWith('a', 'b') || endsWith('c', 'd') }}
          f: "x \${{ format('{0} it''s', join(github.list, ', ')) }} y"
          k: '\${{ case(1 < 2, toJSON(''a''), ''b'') }}'
  b: { needs: a, if: failure(), steps: [{ run: x, if: cancelled() }] }
`,
  ),
  workflow(
    'texts',
    `on: push
jobs:
  a:
    if: "!cancelled() && github.event.n > 1"
    steps:
      - uses: x/a@v1
        with:
          list: [1, { b: null, c: '\${{ secrets.A }}' }]
          folded: >-
            one \${{ github.event['x'].y }}
            two
`,
  ),
  workflow(
    'anchors',
    `on: push
env: &env { A: 1 }
jobs:
  a: { env: *env, steps: &steps [&step { uses: x/a@v1 }] }
  b: { needs: a, steps: *steps }
  c: { steps: [*step, { run: x }] }
`,
  ),
  action(
    'greet',
    `name: Greet
description: Says hello
author: me
branding: { icon: heart }
inputs:
  who: { description: Whom, required: true, deprecationMessage: no }
  loud: { default: false }
outputs:
  said: { description: What, value: "\${{ steps.s.outputs.text }}" }
runs:
  using: composite
  steps: [{ id: s, run: x, shell: sh }]
`,
  ),
  action(
    'other',
    `runs:
  using: composite
  steps:
    - { name: Say, if: inputs.loud != 'x', run: x, shell: bash, working-directory: a }
    - { uses: ./.tau/actions/greet, with: { who: 1 }, env: { A: 1 }, continue-on-error: true }
`,
  ),
];
