import { existsSync, lstatSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/**
 * Puts the commands of packages into node_modules/.bin, as npm does for what is there when it installs. In a fresh clone
 * it is not: npm installs before anything was built, and leaves commands out whose file it does not find.
 */
export function linkCommands(root: string, packages: readonly string[]): void {
  for (const folder of packages) {
    const { bin = {} } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as {
      bin?: Readonly<Record<string, string>>;
    };
    for (const [name, script] of Object.entries(bin)) {
      const link = join(root, 'node_modules', '.bin', name);
      if (existsSync(link)) continue;
      // A link that leads nowhere is in the way.
      if (lstatSync(link, { throwIfNoEntry: false }) !== undefined) rmSync(link);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(relative(dirname(link), join(root, folder, script)), link);
    }
  }
}
