import type { TauClient } from 'tau-core/client';
import { eventually } from 'tau-core/testing';

/**
 * Resolves when a kernel has read its journal. An extension is attached, and may say that it is ready, before that; what is to be
 * durable is refused until then.
 */
export async function journalRead(client: TauClient): Promise<void> {
  await eventually(async () => (await client.info()).durable, { what: 'the journal to be read' });
}
