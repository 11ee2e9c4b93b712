/** A path within the repository, as `uses` has it. */
const LOCAL = /^\.\/(?!\/)[^\\\0]*$/;

/**
 * `uses` with a path in its one form. At GitHub `$/` is the repository itself and `./` what a job has checked out of it; here
 * both are the repository's files.
 */
export function localPath(uses: string): string {
  return uses.startsWith('$/') ? `.${uses.slice(1)}` : uses;
}

/** What is wrong with a path that starts with `./` or `$/`; undefined when nothing is. */
export function localPathProblem(uses: string): string | undefined {
  const names = uses.slice(2).split('/');
  if (uses.startsWith('$/') && uses.includes('@'))
    return `"${uses}" has a version: leave it out, the file is of the same commit`;
  if (!LOCAL.test(localPath(uses)) || names.some((name) => name === '..' || name === '.'))
    return `"${uses}" leads out of the repository, or is no path: write it from the repository's root, e.g. ./.tau/actions/greet`;
  return undefined;
}

/** Whether a file is an action and no workflow: by its name, as at GitHub. */
export function isActionFile(file: string): boolean {
  return /(?:^|[\\/])action\.ya?ml$/.test(file);
}

/** Whether a path names a YAML file. */
export function isYamlFile(path: string): boolean {
  return /\.ya?ml$/.test(path);
}

/** A workflow's file that `uses` of a job names, from the repository's root. */
export function workflowFile(uses: string): string {
  return uses.slice(2);
}

/** The files that `uses` of a step may mean, the first one that is there counts. None for actions of extensions. */
export function actionFiles(uses: string): readonly string[] {
  if (!uses.startsWith('./')) return [];
  const path = uses.slice(2).replace(/\/+$/, '');
  if (isActionFile(path)) return [path];
  const folder = path === '' ? '' : `${path}/`;
  return [`${folder}action.yml`, `${folder}action.yaml`];
}
