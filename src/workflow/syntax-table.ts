/** What TAU does with a key of the workflow language. */
export type Support =
  | {
      readonly status: 'supported';
      /** TAU's own: GitHub's language does not have it. */
      readonly own?: true;
    }
  /** Accepted so that workflows written for GitHub run unchanged, and of no effect; `why` says why that is right. */
  | { readonly status: 'ignored'; readonly why: string }
  /** Refused with its position; `instead` says what to write in its place. */
  | { readonly status: 'refused'; readonly instead: string };

/** The places of a workflow, and of an action, in which keys are looked up. */
export type Section =
  | 'workflow'
  | 'on'
  | 'trigger'
  | 'schedule'
  | 'dispatch'
  | 'input'
  | 'call'
  | 'callInput'
  | 'callSecret'
  | 'callOutput'
  | 'permissions'
  | 'defaults'
  | 'defaultsRun'
  | 'concurrency'
  | 'job'
  | 'calledJob'
  | 'strategy'
  | 'matrix'
  | 'step'
  | 'action'
  | 'actionInput'
  | 'actionOutput'
  | 'actionRuns'
  | 'actionStep'
  | 'context'
  | 'function';

const supported: Support = { status: 'supported' };
const own: Support = { status: 'supported', own: true };
const ignored = (why: string): Support => ({ status: 'ignored', why });
const refused = (instead: string): Support => ({ status: 'refused', instead });

const READERS = ignored('it is for readers');
const FORMS = ignored('it is for forms that ask for the inputs');
const CONTAINER = refused('leave it out: steps run in the extensions that serve them, which bring what they need');
const CONCURRENT_STEPS = refused(
  'put the steps into jobs of their own: jobs run side by side, and "needs" orders them',
);
const PROGRAM = refused('write using: composite with steps, or offer what it does as an action of an extension');

/**
 * Every key of GitHub's workflow language, and what TAU does with it. Reading a workflow looks keys up here and nowhere
 * else, so that supporting another one starts with its line in this table. What stands under a key that is refused or
 * ignored shares its fate. Webhook events are in `webhook-events.ts`.
 */
export const SYNTAX_TABLE: Readonly<Record<Section, Readonly<Record<string, Support>>>> = {
  workflow: {
    name: supported,
    description: READERS,
    'run-name': supported,
    on: supported,
    permissions: supported,
    env: supported,
    defaults: supported,
    concurrency: supported,
    jobs: supported,
  },
  on: {
    workflow_dispatch: supported,
    workflow_call: supported,
    schedule: supported,
    tau: own,
    pull_request_target: refused("use pull_request: TAU never runs a pull request's code, so both are the same here"),
    pull_request_comment: refused('use issue_comment with if: github.event.issue.pull_request'),
    image_version: refused('use registry_package: no webhook tells of image versions'),
  },
  trigger: {
    types: supported,
    branches: supported,
    'branches-ignore': supported,
    tags: supported,
    'tags-ignore': supported,
    paths: supported,
    'paths-ignore': supported,
    workflows: supported,
    labels: own,
  },
  schedule: {
    cron: supported,
    timezone: supported,
  },
  dispatch: {
    inputs: supported,
  },
  input: {
    description: FORMS,
    type: supported,
    required: supported,
    default: supported,
    options: supported,
  },
  call: {
    inputs: supported,
    secrets: supported,
    outputs: supported,
  },
  callInput: {
    description: READERS,
    type: supported,
    required: supported,
    default: supported,
  },
  callSecret: {
    description: READERS,
    required: supported,
  },
  callOutput: {
    description: READERS,
    value: supported,
  },
  permissions: {
    actions: supported,
    'artifact-metadata': supported,
    attestations: supported,
    checks: supported,
    'code-quality': supported,
    contents: supported,
    'copilot-requests': supported,
    deployments: supported,
    discussions: supported,
    drives: supported,
    'id-token': supported,
    issues: supported,
    models: supported,
    packages: supported,
    pages: supported,
    'pull-requests': supported,
    'repository-projects': supported,
    'security-events': supported,
    statuses: supported,
    'vulnerability-alerts': supported,
  },
  defaults: {
    run: supported,
  },
  defaultsRun: {
    shell: supported,
    'working-directory': supported,
  },
  concurrency: {
    group: supported,
    'cancel-in-progress': supported,
    queue: supported,
  },
  job: {
    name: supported,
    needs: supported,
    if: supported,
    permissions: supported,
    concurrency: supported,
    strategy: supported,
    env: supported,
    defaults: supported,
    outputs: supported,
    steps: supported,
    'timeout-minutes': supported,
    'continue-on-error': supported,
    'runs-on': ignored('steps run in the extensions that serve them; it may be left out'),
    container: CONTAINER,
    services: CONTAINER,
    snapshot: CONTAINER,
    environment: refused('leave it out: guard the job with a condition, and keep its secrets under names of their own'),
    'cancel-timeout-minutes': refused('leave it out: jobs that are told to stop have 5 minutes'),
  },
  calledJob: {
    name: supported,
    needs: supported,
    if: supported,
    permissions: supported,
    concurrency: supported,
    strategy: supported,
    uses: supported,
    with: supported,
    secrets: supported,
  },
  strategy: {
    matrix: supported,
    'fail-fast': supported,
    'max-parallel': supported,
  },
  matrix: {
    include: supported,
    exclude: supported,
  },
  step: {
    id: supported,
    name: supported,
    if: supported,
    uses: supported,
    with: supported,
    run: supported,
    shell: supported,
    'working-directory': supported,
    env: supported,
    'timeout-minutes': supported,
    'continue-on-error': supported,
    background: CONCURRENT_STEPS,
    parallel: CONCURRENT_STEPS,
    wait: CONCURRENT_STEPS,
    'wait-all': CONCURRENT_STEPS,
    cancel: CONCURRENT_STEPS,
  },
  action: {
    name: supported,
    description: READERS,
    author: READERS,
    branding: ignored('it is for a market place'),
    inputs: supported,
    outputs: supported,
    runs: supported,
  },
  actionInput: {
    description: READERS,
    deprecationMessage: READERS,
    required: supported,
    default: supported,
  },
  actionOutput: {
    description: READERS,
    value: supported,
  },
  actionRuns: {
    using: supported,
    steps: supported,
    main: PROGRAM,
    pre: PROGRAM,
    'pre-if': PROGRAM,
    post: PROGRAM,
    'post-if': PROGRAM,
    image: PROGRAM,
    entrypoint: PROGRAM,
    'pre-entrypoint': PROGRAM,
    'post-entrypoint': PROGRAM,
    args: PROGRAM,
    env: PROGRAM,
  },
  actionStep: {
    id: supported,
    name: supported,
    if: supported,
    uses: supported,
    with: supported,
    run: supported,
    shell: supported,
    'working-directory': supported,
    env: supported,
    'continue-on-error': supported,
  },
  context: {
    github: supported,
    env: supported,
    vars: supported,
    inputs: supported,
    secrets: supported,
    steps: supported,
    needs: supported,
    job: supported,
    jobs: supported,
    strategy: supported,
    matrix: supported,
    runner: refused('leave it out: steps run in the extensions that serve them'),
  },
  function: {
    contains: supported,
    startswith: supported,
    endswith: supported,
    format: supported,
    join: supported,
    tojson: supported,
    fromjson: supported,
    case: supported,
    success: supported,
    failure: supported,
    cancelled: supported,
    always: supported,
    hashfiles: supported,
  },
};

/** What the table says of a key; undefined when GitHub's language does not have it there. */
export function supportOf(section: Section, key: string): Support | undefined {
  const keys = SYNTAX_TABLE[section];
  return Object.hasOwn(keys, key) ? keys[key] : undefined;
}
