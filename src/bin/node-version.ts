const NODE_MAJOR_MIN = 24;

/**
 * What to say on a Node that is too old; undefined on one that will do. The modules behind a bin need `node:sqlite` at
 * load time, so each bin asks before it imports them.
 */
export function nodeVersionProblem(name: string, version: string): string | undefined {
  if (Number.parseInt(version, 10) >= NODE_MAJOR_MIN) return undefined;
  const advice = 'install it, or run the command as an npm script of a project that depends on the package "node"';
  return `error TAU-1012: ${name} needs Node ${NODE_MAJOR_MIN} or newer and this is ${version}: ${advice}`;
}
