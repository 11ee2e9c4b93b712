/** What the ending of a definition's file says about the program that runs it. */
const PROGRAMS: readonly (readonly [ending: RegExp, program: string])[] = [
  [/\.ya?ml$/, 'workflow'],
  [/\.flow\.json$/, 'flow'],
  [/\.schedule\.json$/, 'schedule'],
  [/\.hub\.json$/, 'hub'],
];

/** The program of a definition by its file's name: `workflow` for YAML, `flow` for `*.flow.json`, ...; undefined for other files. */
export function programOfFile(name: string): string | undefined {
  return PROGRAMS.find(([ending]) => ending.test(name))?.[1];
}
