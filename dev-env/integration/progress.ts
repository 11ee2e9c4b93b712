/** What was held, and how it came out. */
export interface StepRecord {
  /** A library, or a set of libraries. */
  readonly subject: string;
  readonly step: string;
  readonly outcome: 'ok' | 'failed' | 'skipped';
  readonly ms: number;
  /** What was found; of a step that was skipped, why. */
  readonly detail: string;
  readonly problems: readonly string[];
}

/** A step that does not hold, with a line for each thing that is wrong. */
export class NotHeld extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'NotHeld';
    this.problems = problems;
  }
}

/** Ends a step when there are problems. */
export function hold(problems: readonly string[]): void {
  if (problems.length > 0) throw new NotHeld(problems);
}

/** How progress is told: to people in columns, or as one JSON object on each line. */
export interface ProgressOptions {
  readonly json: boolean;
  print(line: string): void;
}

/** "tau-runtime-kernel at HEAD", the longest of them. */
const SUBJECT_WIDTH = 26;
const STEP_WIDTH = 12;
const MARKS = { ok: 'ok  ', failed: 'FAIL', skipped: 'skip' } as const;

/** Runs steps, one after the other, and tells how each came out. */
export class Progress {
  readonly records: StepRecord[] = [];
  readonly #options: ProgressOptions;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  get failed(): readonly StepRecord[] {
    return this.records.filter(({ outcome }) => outcome === 'failed');
  }

  get skipped(): readonly StepRecord[] {
    return this.records.filter(({ outcome }) => outcome === 'skipped');
  }

  /**
   * Runs one step. What it throws is told as its problems, and does not end the others.
   *
   * @returns what the step gives, or undefined when it does not hold.
   */
  async step<T>(
    subject: string,
    step: string,
    action: (say: (detail: string) => void) => Promise<T>,
  ): Promise<T | undefined> {
    const started = performance.now();
    const took = (): number => Math.round(performance.now() - started);
    let detail = '';
    try {
      const value = await action((text) => {
        detail = text;
      });
      this.#take({ subject, step, outcome: 'ok', ms: took(), detail, problems: [] });
      return value;
    } catch (error) {
      const problems =
        error instanceof NotHeld
          ? error.problems
          : (error instanceof Error ? error.message : String(error)).split('\n');
      this.#take({ subject, step, outcome: 'failed', ms: took(), detail, problems });
      return undefined;
    }
  }

  /** Tells that a step was left out, and why. */
  leaveOut(subject: string, step: string, why: string): void {
    this.#take({ subject, step, outcome: 'skipped', ms: 0, detail: why, problems: [] });
  }

  /** Something to know that is no step. */
  note(text: string): void {
    this.#options.print(this.#options.json ? JSON.stringify({ event: 'note', text }) : text);
  }

  #take(record: StepRecord): void {
    this.records.push(record);
    const { json, print } = this.#options;
    if (json) {
      print(JSON.stringify({ event: 'step', ...record }));
      return;
    }
    const { subject, step, outcome, ms, detail, problems } = record;
    const seconds = outcome === 'skipped' ? '' : `${(ms / 1000).toFixed(1)} s`;
    print(
      `${MARKS[outcome]} ${subject.padEnd(SUBJECT_WIDTH)} ${step.padEnd(STEP_WIDTH)} ${seconds.padStart(7)}  ${detail}`.trimEnd(),
    );
    for (const problem of problems) print(`       ${problem}`);
  }
}
