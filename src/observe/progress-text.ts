import { durationText } from './duration-text.js';
import type { ObservedEvent, RunObserver } from './observer.js';
import { placeWords } from './place-words.js';
import { type ProgressLine, progressLine, type Tone } from './progress-line.js';
import { cutToColumns, oneLine } from './text-width.js';

export interface ProgressOptions {
  readonly write: (text: string) => void;
  /** Colours by ANSI escapes; default false. */
  readonly color?: boolean;
  /** Columns that a line may take, at least 20; default 100 where it is live, else 2,000. */
  readonly width?: number;
  /**
   * For terminals: what runs stands below the lines, and is drawn anew with each event. It takes the cursor's place, so nothing
   * else may write meanwhile. Default false: one line for each event, for logs.
   */
  readonly live?: boolean;
}

/** Progress for people. */
export interface ProgressText extends RunObserver {
  /** Draws what runs anew, with the time that has passed; without effect where it is not live. */
  refresh(nowMs: number): void;
}

/** How many open places a live display shows; of more it says how many. */
export const LIVE_LINES_MAX = 12;
/** Of more open places no time is kept. */
const OPEN_MAX = 10_000;
const WIDTH_MIN = 20;

const COLORS: { readonly [tone in Tone]: string } = { good: '32', bad: '31', quiet: '2', notice: '33' };

/**
 * Shows the progress of runs as text, of one or of several at once. Times count from each run's start. Texts from outside cannot
 * move the cursor, and lines fit the width whatever script they are in.
 */
export function progressText(options: ProgressOptions): ProgressText {
  const screen = new ProgressScreen(options);
  return { observe: (event) => screen.observe(event), refresh: (nowMs) => screen.refresh(nowMs) };
}

interface OpenRun {
  readonly sinceMs: number;
  readonly name: string | undefined;
}

interface OpenThing {
  readonly runId: string;
  readonly name: string;
  readonly sinceMs: number;
}

class ProgressScreen {
  readonly #write: (text: string) => void;
  readonly #color: boolean;
  readonly #width: number;
  readonly #live: boolean;
  readonly #runs = new Map<string, OpenRun>();
  readonly #places = new Map<string, OpenThing>();
  #drawn = 0;

  constructor({ write, color = false, live = false, width = live ? 100 : 2_000 }: ProgressOptions) {
    this.#write = write;
    this.#color = color;
    this.#width = Math.max(WIDTH_MIN, Math.trunc(width));
    this.#live = live;
  }

  observe(event: ObservedEvent): void {
    if (event.type === 'run.started') this.#runs.set(event.runId, { sinceMs: event.timeMs, name: event.name });
    const line = progressLine(event, this.#placeOf(event), this.#lasted(event));
    // In a live display what starts is seen below.
    const isShownBelow = this.#live && (event.type === 'place.started' || event.type === 'call.waiting');
    const text = line === undefined || isShownBelow ? '' : this.#lineText(event, line);
    this.#keep(event);
    if (this.#live) this.#draw(text, event.timeMs);
    else if (text !== '') this.#write(text);
  }

  refresh(nowMs: number): void {
    if (this.#live) this.#draw('', nowMs);
  }

  /** What a place is called: as the event says, as it was called when it started, or by its path. */
  #placeOf(event: ObservedEvent): string {
    if ('label' in event && event.label !== undefined) return event.label;
    const path = 'at' in event && event.at !== undefined ? event.at : 'callId' in event ? event.callId : '';
    return this.#places.get(`${event.runId} ${path}`)?.name ?? placeWords(path, this.#runs.get(event.runId)?.name);
  }

  #lasted({ timeMs, runId, ...event }: ObservedEvent): number | undefined {
    const since =
      'at' in event && event.type.startsWith('place.') ? this.#places.get(`${runId} ${event.at}`)?.sinceMs : undefined;
    const from = event.type === 'run.ended' ? this.#runs.get(runId)?.sinceMs : since;
    return from === undefined ? undefined : timeMs - from;
  }

  #keep(event: ObservedEvent): void {
    const { runId, timeMs } = event;
    switch (event.type) {
      case 'place.started':
        if (this.#places.size < OPEN_MAX) {
          this.#places.set(`${runId} ${event.at}`, { runId, name: this.#placeOf(event), sinceMs: timeMs });
        }
        return;
      case 'place.completed':
      case 'place.failed':
      case 'place.skipped':
      case 'place.cancelled':
        this.#places.delete(`${runId} ${event.at}`);
        return;
      case 'run.ended':
        this.#runs.delete(runId);
        for (const [key, place] of this.#places) if (place.runId === runId) this.#places.delete(key);
        return;
      default:
        return;
    }
  }

  #lineText(event: ObservedEvent, { sign, tone, text }: ProgressLine): string {
    const since = this.#runs.get(event.runId)?.sinceMs;
    const time = since === undefined ? '' : `+${((event.timeMs - since) / 1_000).toFixed(3)}s`;
    // Of several runs each line says whose it is; lines of runs themselves do so anyway.
    const run = this.#runs.size > 1 && !event.type.startsWith('run.') ? `${event.runId} ` : '';
    const cut = cutToColumns(`${time.padStart(TIME_COLUMNS)} ${sign} ${oneLine(`${run}${text}`)}`, this.#width);
    return `${this.#painted(cut, tone)}\n`;
  }

  /** Takes away what was drawn below, writes a line, and draws what runs now. */
  #draw(line: string, nowMs: number): void {
    const below = this.#below(nowMs);
    const away = this.#drawn === 0 ? '' : `\x1b[${this.#drawn}A\x1b[0J`;
    this.#drawn = below.length;
    this.#write(`${away}${line}${below.map((text) => `${text}\n`).join('')}`);
  }

  #below(nowMs: number): readonly string[] {
    const shown = [...this.#places.values()].slice(0, LIVE_LINES_MAX).map(({ runId, name, sinceMs }) => {
      const run = this.#runs.size > 1 ? `${runId} ` : '';
      const lasted = durationText(nowMs - sinceMs);
      const left = this.#width - LIVE_INDENT.length - 1 - lasted.length;
      return this.#painted(`${LIVE_INDENT}${cutToColumns(oneLine(`${run}${name}`), left)} ${lasted}`, 'quiet');
    });
    const more = this.#places.size - shown.length;
    return more > 0 ? [...shown, this.#painted(`${LIVE_INDENT}and ${more} more`, 'quiet')] : shown;
  }

  #painted(text: string, tone: Tone | undefined): string {
    return this.#color && tone !== undefined ? `\x1b[${COLORS[tone]}m${text}\x1b[0m` : text;
  }
}

/** As wide as `+9999.999s`: runs of under three hours stay in line. */
const TIME_COLUMNS = 10;
const LIVE_INDENT = '  … ';
