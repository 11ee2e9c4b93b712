import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** Lines of SKILL.md after its front matter: it is read whole, whenever the skill is used. */
const BODY_LINES_MAX = 499;

const FrontMatter = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    .max(64),
  description: z.string().min(1).max(1024),
  license: z.string().optional(),
  compatibility: z.string().max(500).optional(),
  metadata: z.record(z.string(), z.string()).optional(),
  'allowed-tools': z.string().optional(),
});

export type FrontMatter = z.infer<typeof FrontMatter>;

/** A skill's main file, taken apart. @throws when it has no front matter. */
export function readSkill(folder: string): { readonly front: unknown; readonly body: string } {
  const match = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(readFileSync(join(folder, 'SKILL.md'), 'utf8'));
  if (match === null) throw new Error(`${folder}/SKILL.md does not begin with front matter between two lines "---"`);
  return { front: parse(match[1] ?? ''), body: match[2] ?? '' };
}

/** Files that a document links to, each once, without anchors; links to the web are left out. */
export function linkedFiles(text: string): readonly string[] {
  const targets = [...text.matchAll(/\[[^\]\n]*\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
  const files = targets.filter((target) => !/^[a-z]+:|^#/.test(target)).map((target) => target.split('#')[0] ?? '');
  return [...new Set(files)];
}

/** What breaks the rules of Agent Skills (https://agentskills.io/specification) in a skill's folder, a line each. */
export function skillProblems(folder: string): readonly string[] {
  const { front, body } = readSkill(folder);
  const parsed = FrontMatter.safeParse(front);
  const found = parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  if (parsed.success && parsed.data.name !== basename(folder)) found.push(`name: it must be "${basename(folder)}"`);
  const lines = body.trimEnd().split('\n').length;
  if (lines > BODY_LINES_MAX) found.push(`SKILL.md has ${lines} lines, and may have ${BODY_LINES_MAX}`);
  const linked = linkedFiles(body);
  for (const path of globSync('**/*', { cwd: folder, withFileTypes: true }).filter((entry) => entry.isFile())) {
    const file = join(path.parentPath, path.name).slice(folder.length + 1);
    if (file === 'SKILL.md') continue;
    if (file.split('/').length > 2) found.push(`${file} is more than one level deep`);
    if (!linked.includes(file)) found.push(`${file} is not linked from SKILL.md`);
    if (file.endsWith('.md') && linkedFiles(readFileSync(join(folder, file), 'utf8')).length > 0) {
      found.push(`${file} links to files: a reference stands alone, and is reached from SKILL.md`);
    }
  }
  const outside = linked.filter((target) => !existsSync(join(folder, target)) || dirname(target).startsWith('..'));
  return [...found, ...outside.map((target) => `SKILL.md links to "${target}", which is not in the skill`)];
}
