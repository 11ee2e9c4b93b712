export { embeddedChannel } from './embedded/embedded-channel.js';
export { type HostedLanguage, hosted } from './machines/region/programs.js';
export { type KernelServer, type ServeOptions, serveKernel } from './server/kernel-server.js';
export type { JournalStatus, KernelLog } from './shell/journal-link.js';
export { Kernel, type KernelOptions, type KernelPorts } from './shell/kernel.js';
export { KERNEL_VERSION } from './version.js';
