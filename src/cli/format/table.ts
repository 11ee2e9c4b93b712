/** A column of a table: its title, and what each row shows in it. */
export interface Column<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** Applied after the text was measured and cut. */
  readonly colour?: (text: string, row: Row) => string;
}

const GAP = '  ';
const ELLIPSIS = '…';

/**
 * Rows as lines, under their titles, columns aligned. With a `width` (a terminal's), lines that are longer are cut;
 * without one (a pipe) they are whole.
 */
export function tableLines<Row>(columns: readonly Column<Row>[], rows: readonly Row[], width?: number): string[] {
  const texts = rows.map((row) => columns.map((column) => column.text(row)));
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...texts.map((row) => row[index]?.length ?? 0)),
  );
  const titles = columns.map(({ title }) => title);
  const plain = (cells: readonly string[]): string => cut(padded(cells, widths).join(GAP).trimEnd(), width);
  return [
    plain(titles),
    ...rows.map((row, index) => colouredLine(columns, row, padded(texts[index] ?? [], widths), width)),
  ];
}

/** Colours are put on cell by cell, so that what is cut is text and never half of a colour. */
function colouredLine<Row>(
  columns: readonly Column<Row>[],
  row: Row,
  cells: readonly string[],
  width?: number,
): string {
  let room = width ?? Number.POSITIVE_INFINITY;
  const shown: string[] = [];
  for (const [index, column] of columns.entries()) {
    if (room <= 0) break;
    const isLast = index === columns.length - 1;
    const cell = cut(isLast ? (cells[index] ?? '').trimEnd() : (cells[index] ?? ''), room);
    shown.push(column.colour === undefined ? cell : column.colour(cell, row));
    room -= cell.length + GAP.length;
  }
  return shown.join(GAP).trimEnd();
}

function padded(cells: readonly string[], widths: readonly number[]): string[] {
  return cells.map((cell, index) => cell.padEnd(widths[index] ?? 0));
}

/** Text on one line of at most `width` characters. */
export function cut(text: string, width = Number.POSITIVE_INFINITY): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}${ELLIPSIS}`;
}
