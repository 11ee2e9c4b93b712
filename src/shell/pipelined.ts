/**
 * Answers each request of a stream, in their order, with at most `window` of them in work at once.
 * Reading goes on while earlier requests are being answered, so that their answers can share a group commit.
 */
export async function* pipelined<Request, Response>(
  requests: AsyncIterable<Request>,
  window: number,
  signal: AbortSignal,
  answer: (request: Request) => Promise<Response>,
): AsyncGenerator<Response, void, undefined> {
  const answers: Promise<Response>[] = [];
  let ring: () => void = () => {};
  let ended = false;
  let failure: { readonly thrown: unknown } | undefined;
  const rung = (): Promise<void> =>
    new Promise((resolve) => {
      ring = resolve;
    });
  const read = async (): Promise<void> => {
    try {
      for await (const request of requests) {
        answers.push(answer(request));
        ring();
        while (answers.length >= window && !signal.aborted) await roomMade();
      }
    } catch (thrown) {
      failure = { thrown };
    }
    ended = true;
    ring();
  };
  let made: () => void = () => {};
  const roomMade = (): Promise<void> =>
    new Promise((resolve) => {
      made = resolve;
    });
  const wake = (): void => {
    ring();
    made();
  };
  signal.addEventListener('abort', wake, { once: true });
  try {
    void read();
    while (!signal.aborted) {
      const next = answers[0];
      if (next !== undefined) {
        yield await next;
        void answers.shift();
        made();
      } else if (ended) {
        if (failure !== undefined) throw failure.thrown;
        return;
      } else {
        await rung();
      }
    }
  } finally {
    signal.removeEventListener('abort', wake);
    wake();
  }
}
