#!/usr/bin/env node
import { nodeVersionProblem } from './node-version.js';

const problem = nodeVersionProblem('tau', process.versions.node);
if (problem === undefined) {
  const { main } = await import('../cli/main.js');
  await main();
} else {
  console.error(problem);
  process.exitCode = 1;
}
