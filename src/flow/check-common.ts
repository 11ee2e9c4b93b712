import { isJsonObject, type Json } from 'tau-core';
import { question } from './check-question.js';
import { report, type Spot, seeing, within } from './check-scope.js';
import {
  boolean,
  type Check,
  type Members,
  may,
  must,
  number,
  object,
  oneOf,
  template,
  text,
  textTemplateCheck,
  whole,
} from './check-value.js';
import { END } from './definition.js';
import { ATTEMPTS_MAX, DURATION_MS_MAX } from './limits.js';
import { listed } from './listed.js';
import { outputPath } from './secret-keys.js';

const writes: Check = (value, spot) => {
  const { siblings, stateKeys } = spot.scope;
  if (!isJsonObject(value)) {
    report(spot, 'this must be an object: the update by key, e.g. { "summary": "${{ output.text }}" }');
    return;
  }
  if (siblings === undefined) {
    report(spot, '"writes" is for nodes of a graph: leave it out, or put the node into a graph');
    return;
  }
  for (const key of Object.keys(value)) {
    if (stateKeys?.has(key) !== true)
      report(within(spot, key), `the state has no key "${key}": there are ${listed(stateKeys ?? []) || 'none'}`, {
        atName: true,
      });
  }
  for (const [key, member] of Object.entries(value)) {
    if (spot.scope.secretKeys?.has(key) === true && outputPath(member) === undefined)
      report(within(spot, key), SECRET_WRITE);
  }
  template()(value, seeing(spot, 'output'));
};

const SECRET_WRITE =
  'a secret is written as it is in the output: say ${{ output }}, or a path of it, e.g. ${{ output.token }}';

const onError: Check = (value, spot) => {
  if (value === 'fail' || value === 'continue') return;
  const goto = isJsonObject(value) && Object.keys(value).length === 1 ? value['goto'] : undefined;
  if (typeof goto !== 'string') report(spot, 'this must be "fail", "continue" or { "goto": "name of a node" }');
  else checkTarget(goto, within(spot, 'goto'), '"goto"');
};

/** The name of a node of the same graph. */
export function checkTarget(target: string, spot: Spot, what: string): void {
  const { siblings } = spot.scope;
  if (siblings === undefined) report(spot, `${what} is for nodes of a graph: put this node into one`);
  else if (target === END) report(spot, `${what} cannot lead to "${END}": name a node, one of kind "pass" if need be`);
  else if (!siblings.has(target))
    report(spot, `there is no node "${target}" in this graph: there are ${listed(siblings)}`);
}

const duration = whole(1, DURATION_MS_MAX, ' milliseconds');

const interrupt: Check = (value, spot) => {
  const both: Members = {
    before: may(question('before')),
    after: may((inner: Json, at: Spot) => question('after')(inner, seeing(at, 'output'))),
  };
  object(both)(value, spot);
};

const lock = object({
  key: must(textTemplateCheck, 'e.g. "deploy-${{ input.environment }}"'),
  slots: may(whole(1, 1_000_000)),
  waiting: may(oneOf('queue', 'replace')),
  preempt: may(boolean),
  priority: may(whole(0, 9)),
  fairnessKey: may(text(200)),
});

/** Members that any node may have; `input` differs by kind. */
export const COMMON: Members = {
  kind: may(() => undefined),
  input: may(template()),
  writes: may(writes),
  timeoutMs: may(duration),
  onError: may(onError),
  interrupt: may(interrupt),
  lock: may(lock),
};

export const retry = object({
  attemptsMax: must(whole(1, ATTEMPTS_MAX), 'tries in all, the first included'),
  firstDelayMs: must(whole(0, DURATION_MS_MAX, ' milliseconds'), 'milliseconds before the second try'),
  factor: must(number(1, 1_000), 'what each delay is multiplied with, e.g. 2'),
  delayMaxMs: must(whole(0, DURATION_MS_MAX, ' milliseconds'), 'the longest delay in milliseconds'),
});

const COUNT_MAX = 1_000_000_000;
const count = whole(1, COUNT_MAX);
const key = must(text(200), 'runs that share it share the limit');

export const policy = object({
  rate: may(object({ key, max: must(count, 'calls in "perMs"'), perMs: must(duration, 'milliseconds') })),
  bulkhead: may(object({ key, max: must(count, 'calls in flight'), waitingMax: may(whole(0, COUNT_MAX)) })),
  breaker: may(object({ key, failuresMax: must(count, 'failures in a row'), openMs: must(duration, 'milliseconds') })),
});
