import * as extensionv1 from '../contract/extension-v1.js';
import type { CapabilityRouting } from './capability.js';
import type { Extension } from './define-extension.js';

const ROUTING: { readonly [Name in CapabilityRouting]: extensionv1.Routing } = {
  any: extensionv1.Routing.ANY,
  sticky: extensionv1.Routing.STICKY,
  leader: extensionv1.Routing.LEADER,
};

/** One writer, one journal: whichever has been attached the longest. */
const JOURNAL: extensionv1.Capability = {
  kind: 'journal',
  name: 'journal',
  routing: extensionv1.Routing.LEADER,
  description: 'Durable streams of records',
  inputSchemaJson: '',
};

/** What an extension says of itself when it registers: the same for the life of its process. */
export function manifestOf(extension: Extension, instanceId: string, incarnation: string): extensionv1.RegisterRequest {
  const capabilities = extension.capabilities.map((offered) => ({
    kind: offered.kind,
    name: offered.name,
    routing: ROUTING[offered.routing],
    description: offered.description,
    inputSchemaJson: offered.inputSchema === undefined ? '' : JSON.stringify(offered.inputSchema),
  }));
  if (extension.journal !== undefined) capabilities.push(JOURNAL);
  return {
    name: extension.name,
    version: extension.version,
    instanceId,
    incarnation,
    capabilities,
    contracts: ['tau.extension.v1'],
  };
}
