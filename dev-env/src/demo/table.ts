/** Lays rows out in columns, two spaces apart; the last column is not padded. A cell over `width` is cut with "…". */
export function table(rows: readonly (readonly string[])[], widthMax = 60): string {
  const cut = (cell: string): string => (cell.length > widthMax ? `${cell.slice(0, widthMax - 1)}…` : cell);
  const cells = rows.map((row) => row.map(cut));
  const columns = Math.max(0, ...cells.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(column === columns - 1 ? 0 : (widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
