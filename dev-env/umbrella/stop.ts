/** Why a command ended before it changed anything, and what to do next. Its message says what is wrong. */
export class Stop extends Error {
  /** The next step, as a sentence or a command line. */
  readonly next: string;

  constructor(problem: string, next: string) {
    super(problem);
    this.name = 'Stop';
    this.next = next;
  }
}
