// The umbrella's commands: `npm run umbrella -- <command>`.
import { runUmbrella } from './cli/umbrella.ts';

process.exitCode = await runUmbrella(process.argv.slice(2), {
  folder: process.cwd(),
  env: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
