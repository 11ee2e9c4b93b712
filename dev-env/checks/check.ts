/** What came of one check: everything that a person needs to mend it is in `output`. */
export interface CheckResult {
  readonly ok: boolean;
  readonly output: string;
}

/** A named check over the whole umbrella. */
export interface Check {
  readonly name: string;
  run(): Promise<CheckResult>;
}

/** The result of several parts: fine when all are, with the output of those that are not. */
export function combine(results: readonly CheckResult[]): CheckResult {
  const failed = results.filter((result) => !result.ok);
  return { ok: failed.length === 0, output: failed.map((result) => result.output).join('\n') };
}

/** The result of a list of problems, one line each. */
export function problems(lines: readonly string[]): CheckResult {
  return { ok: lines.length === 0, output: lines.join('\n') };
}
