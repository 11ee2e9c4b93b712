import type { Material } from './bill-of-materials.ts';

/** All packages that libraries bring along, each with its licence and those that bring it, as a table in Markdown. */
export function licenceReport(brought: ReadonlyMap<string, readonly Material[]>): string {
  const rows = new Map<string, { readonly licence: string; readonly by: string[] }>();
  for (const [library, materials] of brought) {
    for (const { name, version, licence } of materials) {
      const key = `${name} | ${version}`;
      const row = rows.get(key) ?? { licence, by: [] };
      row.by.push(library);
      rows.set(key, row);
    }
  }
  const sorted = [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = sorted.map(
    ([key, { licence, by }]) => `| ${key} | ${licence === '' ? 'none' : licence} | ${by.join(', ')} |`,
  );
  return [
    '# Licences of what the libraries bring along',
    '',
    '| package | version | licence | brought by |',
    '| --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}
