import type { ExtensionState } from '../extension/attached-extension.js';
import { ERROR_CATALOGUE } from '../vocabulary/error-catalogue.js';
import type { ErrorData } from '../vocabulary/tau-error.js';
import type { Report } from './report.js';

/** What reports about the connection to a kernel name. */
export interface StateReportOptions {
  /** The kernel's address. */
  readonly kernel: string;
  readonly report: Report;
  /** What somebody can do who finds that no kernel answers. */
  readonly advice: string;
}

/**
 * Tells of an extension's connection to its kernel, each change once, however often connecting is tried. The events are
 * `kernel.waiting`, `kernel.attached`, `kernel.cut` and `stopped`, with the `kernel` and, where there is one, the `reason`
 * `{ id, message }`.
 */
export class StateReport {
  readonly #options: StateReportOptions;
  #told: ExtensionState | undefined;

  constructor(options: StateReportOptions) {
    this.#options = options;
  }

  /** Takes what `ConnectOptions.onState` tells. */
  change(state: ExtensionState, error: ErrorData | undefined): void {
    if (state === this.#told) return;
    this.#told = state;
    const { kernel, report, advice } = this.#options;
    const fields = { kernel, ...(error && { reason: { id: error.id, message: error.message } }) };
    const because = reasonText(error);
    switch (state) {
      case 'connecting':
        report.event('kernel.waiting', fields, `waiting for the kernel at ${kernel}${because}; ${advice}`);
        return;
      case 'attached':
        report.event('kernel.attached', fields, `attached to the kernel at ${kernel}`);
        return;
      case 'cut':
        report.event('kernel.cut', fields, `lost the kernel at ${kernel}, trying again${because}`);
        return;
      case 'stopped':
        report.event('stopped', fields, `stopped${because}`);
    }
  }
}

/** That nobody answers is what the line says already. */
function reasonText(error: ErrorData | undefined): string {
  if (error === undefined || error.id === ERROR_CATALOGUE.UNREACHABLE.id) return '';
  return ` (${error.id}: ${error.message})`;
}
