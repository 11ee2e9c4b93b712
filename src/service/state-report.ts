import type { ErrorData } from 'tau-core';
import type { ExtensionState } from 'tau-core/extension';
import type { Report } from './report.js';

/** Tells of the connection to the kernel: each change once, however often connecting is tried. */
export class StateReport {
  readonly #kernel: string;
  readonly #report: Report;
  #told: ExtensionState | undefined;

  constructor(kernel: string, report: Report) {
    this.#kernel = kernel;
    this.#report = report;
  }

  change(state: ExtensionState, error: ErrorData | undefined): void {
    if (state === this.#told) return;
    this.#told = state;
    const reason = error === undefined ? undefined : { id: error.id, message: error.message };
    const fields = { kernel: this.#kernel, ...(reason && { reason }) };
    const because = error === undefined ? '' : ` (${error.id}: ${error.message})`;
    switch (state) {
      case 'connecting':
        this.#report.event('kernel.waiting', fields, `waiting for the kernel at ${this.#kernel}${because}`);
        return;
      case 'attached':
        this.#report.event('kernel.attached', fields, `attached to the kernel at ${this.#kernel}`);
        return;
      case 'cut':
        this.#report.event('kernel.cut', fields, `lost the kernel at ${this.#kernel}, trying again${because}`);
        return;
      case 'stopped':
        this.#report.event('stopped', fields, `stopped${because}`);
    }
  }
}
