import { TauError } from 'tau-core';

/** What is said of a run that cannot go on here, where nobody waits to be told. */
export function unheardFailure(runId: string, thrown: unknown): string {
  const why = thrown instanceof TauError ? `${thrown.message} [${thrown.data.id}]` : String(thrown);
  return `run ${runId} cannot go on in this process, and nobody has asked for its end: ${why}`;
}
