import type { Clock, Journal } from 'tau-core';
import { defineExtension, type Extension } from 'tau-core/extension';
import { lineReport, type Report, systemClock } from 'tau-core/node';
import { echoAction } from './actions/echo.js';
import { logAction } from './actions/log.js';
import { waitAction } from './actions/wait.js';
import { hashFilesTool } from './tools/hash-files.js';
import { shellTool } from './tools/shell-tool.js';
import { VERSION } from './version.js';

/** What the local extension is made of. */
export interface LocalExtensionOptions {
  /** Offered to the kernel; closing it is up to the caller. */
  readonly journal: Journal;
  /** Where `local/log@v1` writes; default: text lines on standard output. */
  readonly report?: Report;
  readonly clock?: Clock;
  /** Folder in which scripts may be run, with this process's rights and no sandbox. Absent offers no shell. */
  readonly shellWorkspace?: string;
}

/**
 * The extension `tau-ext-local`: the journal, and the actions `local/echo@v1`, `local/log@v1` and `local/wait@v1`; with a
 * workspace also `tool:shell@v1` and `tool:hash-files@v1`, which `run` steps and `hashFiles` call.
 *
 * @example
 * ```ts
 * import { connectKernel } from 'tau-core/client';
 * import { connectExtension } from 'tau-core/extension';
 * import { localExtension, openSqliteJournal } from 'tau-ext-local';
 *
 * const journal = await openSqliteJournal({ folder: 'data' });
 * const channel = connectKernel({ address: '127.0.0.1:7420' });
 * const attached = connectExtension(localExtension({ journal }), { channel });
 * await attached.attached();
 * ```
 */
export function localExtension(options: LocalExtensionOptions): Extension {
  const report = options.report ?? lineReport(process.stdout, false);
  const clock = options.clock ?? systemClock;
  const workspace = options.shellWorkspace;
  const tools = workspace === undefined ? [] : [shellTool({ workspace, clock }), hashFilesTool({ workspace })];
  return defineExtension({
    name: 'tau-ext-local',
    version: VERSION,
    journal: options.journal,
    capabilities: [echoAction, logAction(report), waitAction(clock), ...tools],
  });
}
