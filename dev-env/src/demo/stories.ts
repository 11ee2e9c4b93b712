/** An issue that someone opens, and what triage.yml must make of it. */
export interface Story {
  readonly title: string;
  readonly body: string;
  readonly expected: Expected;
}

/** What an issue must look like afterwards: exactly this, nothing twice. */
export interface Expected {
  readonly labels: readonly string[];
  readonly milestone: string | undefined;
  readonly assignees: readonly string[];
  /** How each comment must begin, in order. */
  readonly comments: readonly string[];
}

const BUG: Expected = { labels: ['triaged', 'bug'], milestone: 'v1.0', assignees: [], comments: [] };
const FEATURE: Expected = { labels: ['triaged', 'enhancement'], milestone: undefined, assignees: [], comments: [] };
const QUESTION: Expected = {
  labels: ['triaged', 'question'],
  milestone: undefined,
  assignees: [],
  comments: ['Thank you for asking, @rita.'],
};
const P0: Expected = {
  labels: ['triaged', 'bug', 'priority: p0'],
  milestone: 'v1.0',
  assignees: ['dana'],
  comments: ['@dana is on call and has been assigned to this P0.'],
};

/** A dozen issues of a small web shop. */
export const STORIES: readonly Story[] = [
  {
    title: 'Bug: the basket forgets its items after a reload',
    body: 'Steps: add two items, reload the page. The basket is empty. Firefox 149, logged out.',
    expected: BUG,
  },
  {
    title: 'How do I change the currency?',
    body: 'The prices are shown in euro. I found no setting for it.',
    expected: QUESTION,
  },
  {
    title: 'Bug: checkout answers 500 for every card',
    body: 'P0: nobody can pay since 09:12 UTC. The log says `payment.charge: certificate has expired`.',
    expected: P0,
  },
  {
    title: 'Feature: remember the delivery address',
    body: 'I order each week to the same address and type it each time.',
    expected: FEATURE,
  },
  {
    title: 'Bug: search finds nothing for words with an umlaut',
    body: '"Käse" gives no result, "Kase" gives twelve. The index seems to be folded, the query not.',
    expected: BUG,
  },
  { title: 'Feature: dark mode', body: 'Please follow `prefers-color-scheme`.', expected: FEATURE },
  {
    title: 'Is there an API for orders?',
    body: 'We would like to import our orders into our books every night.',
    expected: QUESTION,
  },
  {
    title: 'Bug: the invoice shows the wrong VAT for Austria',
    body: 'It says 19 %, and it should be 20 %. Invoice attached.',
    expected: BUG,
  },
  {
    title: 'Bug: all sessions end at midnight',
    body: 'Everyone is logged out at 00:00 UTC and loses the basket.\n\nThis is a P0 for the night shift.',
    expected: P0,
  },
  {
    title: 'Feature: export the order history as CSV',
    body: 'One line per item, with order number, date, quantity and price.',
    expected: FEATURE,
  },
  { title: 'Where can I see the opening hours?', body: '', expected: QUESTION },
  {
    title: 'Bug: images of products are upside down on iOS',
    body: 'Photos taken in portrait are rotated: the EXIF orientation is ignored.',
    expected: BUG,
  },
];

/** The labels that the repository has before the first issue, with their colours. */
export const LABELS: Readonly<Record<string, string>> = {
  triaged: 'ededed',
  bug: 'd73a4a',
  enhancement: 'a2eeef',
  question: 'd876e3',
  'priority: p0': 'b60205',
};

export const MILESTONE = 'v1.0';

/** Stories for a longer scenario: the dozen over and over, numbered, so that no two titles are the same. */
export function manyStories(count: number): readonly Story[] {
  return Array.from({ length: count }, (_, index) => {
    const story = STORIES[index % STORIES.length];
    if (story === undefined) throw new Error('there are no stories');
    const round = Math.floor(index / STORIES.length);
    return round === 0 ? story : { ...story, title: `${story.title} (${round + 1})` };
  });
}
