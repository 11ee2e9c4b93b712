import { createHash } from 'node:crypto';
import { isJsonObject, type JsonObject, type RegionId, type RunId, type ScheduledStart } from 'tau-core';
import type { RegionReply } from '../machines/region/effects.js';
import type { RegionInput } from '../machines/region/inputs.js';
import type { BoundDefinition } from '../machines/region/state.js';
import type { Catalogue } from './catalogue.js';
import type { KernelLog } from './journal-link.js';
import { SCHEDULE_REGION } from './kernel-regions.js';
import type { RegionLoop } from './region-loop.js';
import type { RegionTable } from './region-table.js';

/** The program that a schedule is a definition of. */
const SCHEDULE_PROGRAM = 'schedule';
/** Longest name and id of a schedule. */
const NAME_MAX = 100;
const SESSION_MAX = 200;

/** What a keeper works with. */
export interface ScheduleDoors {
  readonly catalogue: Catalogue;
  readonly table: RegionTable;
  /** Whether runs can be started: the journal was read, or none is waited for. */
  isReady(): boolean;
  newRunId(): RunId;
  openRegion(id: RegionId, durable: boolean | undefined): RegionLoop;
  request(loop: RegionLoop, input: RegionInput): Promise<Extract<RegionReply, { readonly ok: true }>>;
  log(entry: KernelLog): void;
}

/**
 * Keeps one run of the schedule program for every time plan of the definitions that are active, in a session of the kernel's
 * own. The runs are durable like any other; the keeper only compares what is there with what should be, at the start and
 * whenever a definition changes. Plans of definitions that were replaced or removed are ended; what they have started goes on.
 */
export class ScheduleKeeper {
  readonly #doors: ScheduleDoors;
  #again = false;
  #busy = false;

  constructor(doors: ScheduleDoors) {
    this.#doors = doors;
  }

  /** Something may have changed. One pass at a time, and one more after it. */
  changed(): void {
    this.#again = true;
    if (this.#busy) return;
    this.#busy = true;
    void this.#keep().finally(() => {
      this.#busy = false;
    });
  }

  async #keep(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      try {
        if (this.#doors.isReady()) await this.#pass();
      } catch (thrown) {
        const message = thrown instanceof Error ? thrown.message : String(thrown);
        this.#doors.log({ level: 'warning', message: `schedules could not be brought up to date: ${message}` });
      }
    }
  }

  async #pass(): Promise<void> {
    const wanted = this.#wanted();
    const known = this.#doors.table.find(SCHEDULE_REGION);
    if (wanted.size === 0 && known === undefined) return;
    const loop = known ?? this.#doors.openRegion(SCHEDULE_REGION, undefined);
    await this.#doors.request(loop, { type: 'createSession', durable: loop.store.durable, context: [] });
    const kept = new Set<string>();
    for (const run of [...loop.state.runs.values()]) {
      // A fork is nobody's plan: two of one would go on side by side.
      if (wanted.has(run.cause) && run.forkedFrom === undefined) kept.add(run.cause);
      else await this.#end(loop, run.runId);
    }
    for (const [key, bound] of wanted) if (!kept.has(key)) await this.#start(loop, key, bound);
  }

  /** The plans that there should be, by the key of their runs. */
  #wanted(): ReadonlyMap<string, BoundDefinition> {
    const wanted = new Map<string, BoundDefinition>();
    for (const bound of this.#doors.catalogue.active()) {
      const plans = this.#doors.catalogue.language(bound).schedules?.(bound.definition) ?? [];
      for (const [index, plan] of plans.entries()) {
        const schedule = this.#scheduleOf(bound, plan, index);
        if (schedule !== undefined) wanted.set(`${bound.name} ${bound.version} ${index}`, schedule);
      }
    }
    return wanted;
  }

  #scheduleOf(
    { name }: BoundDefinition,
    { schedule, event }: ScheduledStart,
    index: number,
  ): BoundDefinition | undefined {
    const given = isJsonObject(schedule['start']) ? schedule['start'] : {};
    const start: JsonObject = { sessionId: sessionOf(name), event: { ...event }, ...given, definition: name };
    const id = shortened(`${name}#${index}`);
    const source = JSON.stringify({ name: shortened(name), id, ...schedule, start });
    const read = this.#doors.catalogue.read(`${name}#${index}`, SCHEDULE_PROGRAM, source);
    if ('bound' in read) return read.bound;
    const why = read.diagnostics.map((diagnostic) => diagnostic.message).join('; ');
    this.#doors.log({
      level: 'warning',
      message: `plan ${index} of "${name}" is no schedule, and is left out: ${why}`,
    });
    return undefined;
  }

  /** One that was ended when its definition was replaced, and is wanted again, begins anew: under another key each time. */
  async #start(loop: RegionLoop, key: string, bound: BoundDefinition): Promise<void> {
    for (let startKey = key; ; ) {
      const request = { runId: this.#doors.newRunId(), bound, input: {}, cause: key, startKey };
      const { fresh, runId } = await this.#doors.request(loop, { type: 'startRun', request });
      const before = runId === undefined ? undefined : loop.state.ended.get(runId);
      if (fresh || before?.outcome.kind !== 'cancelled') return;
      startKey = `${key} ${before.lastSeq}`;
    }
  }

  async #end(loop: RegionLoop, runId: RunId): Promise<void> {
    const reason = 'its definition was replaced or removed';
    await loop.submit({ type: 'cancelRun', runId, kill: true, reason });
  }
}

/** The session in which a definition's scheduled runs are, unless its plan names another one. */
function sessionOf(name: string): string {
  return `schedule/${name.replace(/[^A-Za-z0-9._/:-]/g, '-')}`.slice(0, SESSION_MAX);
}

function shortened(name: string): string {
  if (name.length <= NAME_MAX) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 16);
  return `${name.slice(0, NAME_MAX - hash.length - 1)}~${hash}`;
}
