import type { ProgramLanguage } from 'tau-core';

/** A program's language, whatever its definitions. */
export type AnyLanguage = ProgramLanguage<unknown, unknown, unknown>;

/** TAU's own language of a kind, loaded when it is first asked for: that of workflows has a parser of some size. */
export async function ownLanguage(kind: string): Promise<AnyLanguage | undefined> {
  switch (kind) {
    case 'workflow':
      return (await import('../workflow/language.js')).workflowLanguage;
    case 'flow':
      return (await import('../flow/language.js')).flowLanguage;
    case 'schedule':
      return (await import('../schedule/language.js')).scheduleLanguage;
    case 'hub':
      return (await import('../hub/language.js')).hubLanguage;
    default:
      return undefined;
  }
}
