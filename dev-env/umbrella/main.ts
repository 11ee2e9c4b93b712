// The umbrella's commands: `npm run umbrella -- <command>`.
import { runUmbrella } from './cli/umbrella.ts';

// Whoever reads the output may have seen enough of it: `... | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await runUmbrella(process.argv.slice(2), {
  folder: process.cwd(),
  env: process.env,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});
