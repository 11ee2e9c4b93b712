/** What a command tells: to a person as lines, to a program as one JSON object. */
export interface Outcome {
  /** False when the command ran to its end and found something that does not hold. */
  readonly ok: boolean;
  readonly lines: readonly string[];
  readonly report: object;
}

/** A table with a space of two between its columns. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** The last line of a command that changes something. */
export function applied(apply: boolean, done: string): string {
  return apply ? done : 'dry run: nothing was changed; add --yes to do it';
}

/** A commit's id as people read it. */
export function short(commit: string): string {
  return commit.slice(0, 12);
}
