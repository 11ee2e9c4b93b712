import type { RegionMachine } from '../machines/region/machine.js';
import type { RegionState } from '../machines/region/state.js';
import { VIEW_BYTES_MAX } from './limits.js';

/** What a run's program shows of it, as `GetRun` gives it. */
export interface ProgramView {
  readonly viewJson: string;
  readonly viewRefusal: string;
}

const NONE: ProgramView = { viewJson: '', viewRefusal: '' };

/** Of a run in progress alone: what has ended has no state here any more. */
export function programView(machine: RegionMachine, state: RegionState, runId: string): ProgramView {
  const run = state.runs.get(runId);
  if (run === undefined) return NONE;
  try {
    const view = machine.runView(state, run);
    if (view === undefined) return NONE;
    const viewJson = JSON.stringify(view);
    const bytes = Buffer.byteLength(viewJson);
    if (bytes <= VIEW_BYTES_MAX) return { viewJson, viewRefusal: '' };
    return refusal(`it has ${bytes} bytes, the limit viewBytesMax is ${VIEW_BYTES_MAX}; read the run's history`);
  } catch (thrown) {
    return refusal(`the run's program failed to give it: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}

function refusal(viewRefusal: string): ProgramView {
  return { viewJson: '', viewRefusal };
}
