import examples from '@octokit/webhooks-examples' with { type: 'json' };

/** One of GitHub's payloads as recorded in `@octokit/webhooks-examples`. */
export interface Recorded {
  /** The event's name, as in `X-GitHub-Event`. */
  readonly name: string;
  /** Its place among the payloads of that event. */
  readonly index: number;
  readonly payload: Readonly<Record<string, unknown>>;
}

interface Example {
  readonly name: string;
  readonly examples: readonly Readonly<Record<string, unknown>>[];
}

// The package's types describe a module with a default export; what it ships is a JSON array.
const all = examples as unknown as readonly Example[];

/** All 329 of them. */
export const recorded: readonly Recorded[] = all.flatMap(({ name, examples: payloads }) =>
  payloads.map((payload, index) => ({ name, index, payload })),
);
