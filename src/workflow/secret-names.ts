import { data } from '@actions/expressions';
import type { ExpressionData } from '../expression/expression-data.js';
import type { FramePlan } from './job-plan.js';
import { MASK, type SecretParts } from './secret-parts.js';

const MASKED = new data.StringData(MASK);

/**
 * The `secrets` context of a workflow. It knows names and no values: every secret of a run is `***`. Whether there is one
 * of a name is told by whoever serves the call that needs it. A called workflow has those that its caller gives it.
 */
export class SecretNames extends data.Dictionary {
  readonly #frame: FramePlan;

  constructor(frame: FramePlan) {
    super();
    this.#frame = frame;
  }

  /** What stands for a secret where it is put in; undefined when the workflow was not given it. */
  parts(name: string): SecretParts | undefined {
    const secret = nameFor(this.#frame, name);
    return secret === undefined ? undefined : [{ secret }];
  }

  override get(name: string): ExpressionData | undefined {
    return nameFor(this.#frame, name) === undefined ? undefined : MASKED;
  }

  override values(): ExpressionData[] {
    return [];
  }

  override pairs(): { key: string; value: ExpressionData }[] {
    return [];
  }
}

/** The run's name for what a frame calls so. */
function nameFor({ caller }: FramePlan, name: string): string | undefined {
  if (caller === undefined) return name;
  const given = caller.call?.secrets;
  if (given === 'inherit') return nameFor(caller.frame, name);
  const lower = name.toLowerCase();
  const mapped = Object.entries(given ?? {}).find(([own]) => own.toLowerCase() === lower)?.[1];
  return mapped === undefined ? undefined : nameFor(caller.frame, mapped);
}
