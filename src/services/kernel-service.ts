import { HOST_CAPABILITIES } from 'tau-core';
import type { KernelServiceImplementation } from 'tau-core/contract';
import type { Kernel } from '../shell/kernel.js';
import { FEATURES, KERNEL_VERSION } from '../version.js';
import { kernelLimits } from './limits.js';

export function kernelService(kernel: Kernel): KernelServiceImplementation {
  return {
    getInfo: async () => {
      const capabilities = new Set<string>(Object.values(HOST_CAPABILITIES));
      for (const instance of kernel.dispatcher.state.instances.values()) {
        if (instance.attached) for (const capability of instance.capabilities.keys()) capabilities.add(capability);
      }
      return {
        version: KERNEL_VERSION,
        contracts: ['tau.kernel.v1', 'tau.extension.v1', 'tau.admin.v1'],
        features: [...FEATURES],
        capabilities: [...capabilities].sort(),
        durable: kernel.journal.status === 'attached',
        epoch: kernel.journal.epoch,
        limits: Object.fromEntries(kernelLimits(kernel).map((limit) => [limit.name, limit.value])),
        kernelId: kernel.id,
      };
    },
  };
}
