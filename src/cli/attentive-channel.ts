import { type Clock, later, TauError } from 'tau-core';
import type { KernelChannel } from 'tau-core/client';

/** How long an answer may take before the person who waits for it is told. */
const SLOW_MS = 3_000;

/** Who is told, and of which kernel. */
export interface Attention {
  readonly address: string;
  readonly clock: Clock;
  tell(text: string): void;
}

/**
 * The same channel, which says when it keeps somebody waiting: once when an answer takes long, as a durable request does while
 * no journal can be written, and whenever the kernel that a stream waits for goes away or comes back.
 */
export function attentiveChannel(channel: KernelChannel, attention: Attention): KernelChannel {
  const watch = new AnswerWatch(attention);
  return wrapped(channel, (service) =>
    typeof service === 'object' && service !== null
      ? wrapped(service, (method, name) =>
          typeof method === 'function' ? watch.watched(method, name, service) : method,
        )
      : service,
  );
}

function wrapped<Target extends object>(target: Target, change: (member: unknown, name: string) => unknown): Target {
  return new Proxy(target, { get: (_, name) => change(Reflect.get(target, name), String(name)) });
}

class AnswerWatch {
  readonly #attention: Attention;
  #hasAnswered = false;
  #isAway = false;
  #wasSlow = false;

  constructor(attention: Attention) {
    this.#attention = attention;
  }

  /** Streams are no promises, and pass as they are. */
  watched(method: object, name: string, service: object): (...args: unknown[]) => unknown {
    return (...args) => {
      const answer: unknown = Reflect.apply(method as () => unknown, service, args);
      return answer instanceof Promise ? this.#watch(answer, name) : answer;
    };
  }

  async #watch(answer: Promise<unknown>, name: string): Promise<unknown> {
    const { address, clock, tell } = this.#attention;
    const timer = clock.at(later(clock.now(), SLOW_MS), () => {
      if (!this.#wasSlow) tell(`no answer from the kernel at ${address} yet; "tau doctor" tells what may be wrong`);
      this.#wasSlow = true;
    });
    try {
      const value = await answer;
      if (this.#isAway) tell(`the kernel at ${address} is back`);
      this.#isAway = false;
      this.#hasAnswered = true;
      return value;
    } catch (thrown) {
      // A stream that was cut begins with this question again, until it is answered.
      const isAway = name === 'getInfo' && thrown instanceof TauError && thrown.is('UNREACHABLE');
      if (isAway && this.#hasAnswered && !this.#isAway) {
        this.#isAway = true;
        tell(`the kernel at ${address} is away; waiting until it is back`);
      }
      throw thrown;
    } finally {
      timer.cancel();
    }
  }
}
