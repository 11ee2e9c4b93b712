import { action, type Capability } from 'tau-core/extension';
import type { Report } from 'tau-core/node';
import { z } from 'zod';

const MESSAGE_CHARS_MAX = 10_000;

/** `local/log@v1`: writes a line to the extension's own output, with the run and the session that it came from. */
export function logAction(report: Report): Capability {
  const input = z.object({ message: z.string().max(MESSAGE_CHARS_MAX) });
  return action('local/log@v1', { description: 'Writes a message to the log', input }, ({ message }, context) => {
    const { runId, sessionId } = context;
    report.event('log', { message, run: runId, session: sessionId }, `[${runId}] ${message}`);
    return {};
  });
}
