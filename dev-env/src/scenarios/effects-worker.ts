import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tauError } from 'tau-core';
import { connectKernel } from 'tau-core/client';
import { action, capability, connectExtension, defineExtension, type WorkContext } from 'tau-core/extension';
import { CALLS_FILE, EFFECTS_FILE } from './effects.ts';
import { Gates, givenUp } from './gates.ts';

// A worker whose effects can be counted, as a process of its own. Work that is held goes on when a gate is opened, by other work.
const [address, folder] = process.argv.slice(2);
if (address === undefined || folder === undefined) throw new Error('usage: effects-worker.ts ADDRESS FOLDER');
const gates = new Gates();

function note(file: string, line: object): void {
  appendFileSync(join(folder ?? '', file), `${JSON.stringify(line)}\n`);
}

/** Has an effect, unless it was had under this key already. */
function effect(name: string, { idempotencyKey: key }: WorkContext): void {
  const file = join(folder ?? '', EFFECTS_FILE);
  const had = existsSync(file) && readFileSync(file, 'utf8').includes(JSON.stringify(key));
  if (!had) note(EFFECTS_FILE, { key, name });
}

const act = async ({ name, hold, n }: { readonly [key: string]: unknown }, context: WorkContext) => {
  note(CALLS_FILE, { key: context.idempotencyKey, name: String(name), redelivered: context.redelivered });
  if (typeof hold === 'string') await Promise.race([gates.passed(hold), givenUp(context.signal)]);
  effect(String(name), context);
  return { did: String(name), n: Number(n ?? 0) };
};

const attached = connectExtension(
  defineExtension({
    name: 'effects-worker',
    version: '1',
    capabilities: [
      capability('effects:act', { description: 'has an effect' }, act),
      action('effects/act@v1', { description: 'has an effect' }, act),
      action('effects/label@v1', { description: 'has to be allowed', grants: { issues: 'write' } }, act),
      capability('effects:open', { description: 'lets held work go on' }, ({ gate }) => {
        gates.open(String(gate));
        return null;
      }),
      capability('effects:tell', { description: 'tells all that it is given' }, ({ token, fail }, { progress }) => {
        note(EFFECTS_FILE, { sha256: createHash('sha256').update(String(token)).digest('hex') });
        progress(`the token is ${String(token)}`);
        if (fail === true) throw tauError('STEP_FAILED', `no ${String(token)}`, { details: { token: String(token) } });
        return { token: String(token), within: [`a ${String(token)} b`] };
      }),
    ],
  }),
  { channel: connectKernel({ address }) },
);
await attached.attached();
process.stdout.write(`${JSON.stringify({ event: 'ready' })}\n`);
process.on('SIGTERM', () => void attached.close().then(() => process.exit()));
