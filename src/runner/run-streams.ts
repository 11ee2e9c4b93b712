import { sizeOf } from './json-size.js';
import { type StreamBounds, StreamBuffer } from './stream-buffer.js';
import type { StreamItem, StreamMode } from './stream-item.js';

/** The watchers of a run. */
export class RunStreams<Event> {
  readonly #bounds: Omit<StreamBounds, 'hasGaps'>;
  readonly #watchers = new Map<StreamBuffer<Event>, ReadonlySet<StreamMode>>();
  #ended: { readonly failure?: { readonly thrown: unknown } } | undefined;

  constructor(bounds: Omit<StreamBounds, 'hasGaps'>) {
    this.#bounds = bounds;
  }

  open(modes: readonly StreamMode[]): StreamBuffer<Event> {
    const buffer: StreamBuffer<Event> = new StreamBuffer({ ...this.#bounds, hasGaps: modes.includes('gap') }, () =>
      this.#watchers.delete(buffer),
    );
    if (this.#ended === undefined) this.#watchers.set(buffer, new Set(modes));
    else buffer.end(this.#ended.failure);
    return buffer;
  }

  /** Whether anybody watches: what nobody sees need not be made. */
  isWatched(mode: StreamMode): boolean {
    for (const modes of this.#watchers.values()) if (modes.has(mode)) return true;
    return false;
  }

  get isEmpty(): boolean {
    return this.#watchers.size === 0;
  }

  push(item: StreamItem<Event> & { readonly mode: StreamMode }): void {
    const bytes = item.mode === 'custom' ? sizeOf(item.content) : 0;
    for (const [buffer, modes] of this.#watchers) if (modes.has(item.mode)) buffer.push(item, bytes);
  }

  end(failure?: { readonly thrown: unknown }): void {
    this.#ended = failure === undefined ? {} : { failure };
    for (const buffer of this.#watchers.keys()) buffer.end(failure);
    this.#watchers.clear();
  }
}
