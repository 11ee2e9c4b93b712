import type {
  AdminServiceImplementation,
  DefinitionServiceImplementation,
  EventServiceImplementation,
  ExtensionServiceImplementation,
  KernelServiceImplementation,
  RunServiceImplementation,
  SessionServiceImplementation,
} from 'tau-core/contract';
import type { Kernel } from '../shell/kernel.js';
import { adminService } from './admin-service.js';
import { definitionService } from './definition-service.js';
import { eventService } from './event-service.js';
import { extensionService } from './extension-service.js';
import { kernelService } from './kernel-service.js';
import { runService } from './run-service.js';
import { sessionService } from './session-service.js';

/** The contract's services over one kernel. */
export interface KernelServices {
  readonly kernel: KernelServiceImplementation;
  readonly sessions: SessionServiceImplementation;
  readonly definitions: DefinitionServiceImplementation;
  readonly runs: RunServiceImplementation;
  readonly events: EventServiceImplementation;
  readonly extensions: ExtensionServiceImplementation;
  readonly admin: AdminServiceImplementation;
}

export function kernelServices(kernel: Kernel, onDrained: () => void): KernelServices {
  return {
    kernel: kernelService(kernel),
    sessions: sessionService(kernel),
    definitions: definitionService(kernel),
    runs: runService(kernel),
    events: eventService(kernel),
    extensions: extensionService(kernel),
    admin: adminService(kernel, onDrained),
  };
}
