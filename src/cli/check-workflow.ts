import { type Diagnostic, TauError } from 'tau-core';
import type { CommandSession } from './context.js';
import { offlineLanguage } from './offline-languages.js';
import { programOf, workflowName } from './put-workflow.js';

/** What came of checking a file, and who checked it. */
export interface CheckResult {
  readonly file: string;
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  /** What should be looked at and hinders nothing; only the kernel knows of any. */
  readonly warnings?: readonly Diagnostic[];
  readonly checkedBy: 'kernel' | 'command';
}

/** Checks the source of a definition; changes nothing. */
export type Checker = (file: string, source: string) => Promise<CheckResult>;

/** The kernel's own check: what it would say to the file now. Falls back to the offline one when no kernel answers. */
export function kernelChecker({ client, output, address }: CommandSession): Checker {
  let isAway = false;
  return async (file, source) => {
    if (!isAway) {
      try {
        const result = await client.putDefinition({
          name: workflowName(file),
          source,
          program: programOf(file),
          validateOnly: true,
        });
        return {
          file,
          ok: result.accepted,
          diagnostics: result.accepted ? [] : result.diagnostics,
          ...(result.accepted && result.warnings.length > 0 && { warnings: result.warnings }),
          checkedBy: 'kernel',
        };
      } catch (thrown) {
        if (!(thrown instanceof TauError && thrown.is('UNREACHABLE'))) throw thrown;
        isAway = true;
        output.hint(`no kernel at ${address}: checked by this command's own parser`);
      }
    }
    return offlineChecker(file, source);
  };
}

/** The parser of the library that this command was built with. */
export const offlineChecker: Checker = async (file, source) => {
  const language = await offlineLanguage(programOf(file));
  const parsed = language.parse(source, workflowName(file));
  return { file, ok: parsed.ok, diagnostics: parsed.ok ? [] : parsed.diagnostics, checkedBy: 'command' };
};
