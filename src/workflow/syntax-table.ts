/** What TAU does with a key of the workflow language. */
export type Support =
  | { readonly status: 'supported' }
  /** Accepted so that workflows written for GitHub run unchanged, and of no effect; `why` says why that is right. */
  | { readonly status: 'ignored'; readonly why: string }
  /** Refused with its position; `instead` says what to write in its place. */
  | { readonly status: 'refused'; readonly instead: string };

/** The places of a workflow in which keys are looked up. */
export type Section = 'workflow' | 'on' | 'trigger' | 'dispatch' | 'input' | 'job' | 'step' | 'context' | 'function';

const supported: Support = { status: 'supported' };
const ignored = (why: string): Support => ({ status: 'ignored', why });
const refused = (instead: string): Support => ({ status: 'refused', instead });

const REUSABLE = refused('repeat the steps here, or offer what they do as one action of an extension');
const COMMAND = refused('offer the command as an action of an extension, and call it with "uses"');
const CONTAINER = refused('leave it out: steps run in the extensions that serve them, which bring what they need');
const CREDENTIALS = refused('leave it out: each extension keeps the credentials of its actions');
const REF_FILTER = refused("write it as the condition of a job, e.g. if: github.ref == 'refs/heads/main'");
const PATH_FILTER = refused('write it as the condition of a job over github.event.commits');
const CONCURRENT_STEPS = refused(
  'put the steps into jobs of their own: jobs run side by side, and "needs" orders them',
);

/**
 * Every key of GitHub's workflow language, and what TAU does with it. Reading a workflow looks keys up here and nowhere
 * else, so that supporting another one starts with its line in this table. Webhook events are in `webhook-events.ts`.
 */
export const SYNTAX_TABLE: Readonly<Record<Section, Readonly<Record<string, Support>>>> = {
  workflow: {
    name: supported,
    description: ignored('it is for readers'),
    on: supported,
    env: supported,
    jobs: supported,
    'run-name': refused("leave it out: a run is listed under its workflow's name"),
    permissions: CREDENTIALS,
    defaults: refused('leave it out: it is for "run" steps'),
    concurrency: refused('leave it out: every event that matches starts a run of its own'),
  },
  on: {
    workflow_dispatch: supported,
    schedule: refused('start runs from a scheduler of yours, e.g. cron with "tau run"'),
    workflow_call: refused('use workflow_dispatch, and start it as a run of its own'),
    pull_request_target: refused("use pull_request: TAU never runs a pull request's code, so both are the same here"),
    pull_request_comment: refused('use issue_comment with if: github.event.issue.pull_request'),
    image_version: refused('use registry_package: no webhook tells of image versions'),
  },
  trigger: {
    types: supported,
    branches: REF_FILTER,
    'branches-ignore': REF_FILTER,
    tags: REF_FILTER,
    'tags-ignore': REF_FILTER,
    paths: PATH_FILTER,
    'paths-ignore': PATH_FILTER,
    workflows: refused("write it as the condition of a job, e.g. if: github.event.workflow_run.name == 'build'"),
    names: refused('write it as the condition of a job'),
    versions: refused('write it as the condition of a job'),
  },
  dispatch: {
    inputs: supported,
  },
  input: {
    description: ignored('it is for forms that ask for the inputs'),
    type: supported,
    required: supported,
    default: supported,
    options: supported,
  },
  job: {
    name: supported,
    needs: supported,
    if: supported,
    env: supported,
    outputs: supported,
    steps: supported,
    'timeout-minutes': supported,
    'continue-on-error': supported,
    'runs-on': ignored('steps run in the extensions that serve them; it may be left out'),
    strategy: refused('write one job for each combination'),
    uses: REUSABLE,
    with: REUSABLE,
    secrets: CREDENTIALS,
    container: CONTAINER,
    services: CONTAINER,
    snapshot: CONTAINER,
    defaults: refused('leave it out: it is for "run" steps'),
    environment: refused('leave it out: guard the job with a condition'),
    permissions: CREDENTIALS,
    concurrency: refused('leave it out: order jobs with "needs"'),
    'cancel-timeout-minutes': refused('leave it out: jobs that are told to stop have 5 minutes'),
  },
  step: {
    id: supported,
    name: supported,
    if: supported,
    uses: supported,
    with: supported,
    env: supported,
    'timeout-minutes': supported,
    'continue-on-error': supported,
    run: COMMAND,
    shell: COMMAND,
    'working-directory': COMMAND,
    background: CONCURRENT_STEPS,
    parallel: CONCURRENT_STEPS,
    wait: CONCURRENT_STEPS,
    'wait-all': CONCURRENT_STEPS,
    cancel: CONCURRENT_STEPS,
  },
  context: {
    github: supported,
    env: supported,
    vars: supported,
    inputs: supported,
    steps: supported,
    needs: supported,
    job: supported,
    secrets: refused('leave it out: each extension keeps the credentials of its actions'),
    strategy: refused('write one job for each combination'),
    matrix: refused('write one job for each combination'),
    runner: refused('leave it out: steps run in the extensions that serve them'),
    jobs: refused('use needs'),
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
    hashfiles: refused('leave it out: a workflow has no files of its own'),
  },
};

/** What the table says of a key; undefined when GitHub's language does not have it there. */
export function supportOf(section: Section, key: string): Support | undefined {
  const keys = SYNTAX_TABLE[section];
  return Object.hasOwn(keys, key) ? keys[key] : undefined;
}
