// Memory that outlives runs is a service that they call: values by namespace and key in a database, found again by words.
// Answers: how does a new conversation know what an earlier one learned?
import { DatabaseSync } from 'node:sqlite';
import type { Json } from 'tau-core';
import { defineFlow, edge, graph, replace, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

/** Values by namespace, a path of names, and key. Here in memory; by the name of a file they outlive the process. */
class Memory {
  readonly #db = new DatabaseSync(':memory:');

  constructor() {
    this.#db.exec('CREATE TABLE memory (space TEXT, key TEXT, value TEXT, PRIMARY KEY (space, key))');
  }

  put(namespace: readonly string[], key: string, value: Json): void {
    const row = [`${namespace.join('/')}/`, key, JSON.stringify(value)] as const;
    this.#db.prepare('INSERT OR REPLACE INTO memory VALUES (?, ?, ?)').run(...row);
  }

  get(namespace: readonly string[], key: string): Json {
    const row = this.#db
      .prepare('SELECT value FROM memory WHERE space = ? AND key = ?')
      .get(`${namespace.join('/')}/`, key);
    return row === undefined ? null : JSON.parse(String(row['value']));
  }

  /** What is in a namespace, and in those within it; with words, what has one of them. */
  search(namespace: readonly string[], words?: string): Json[] {
    const space = `${namespace.join('/')}/`;
    const rows = this.#db.prepare('SELECT key, value FROM memory WHERE substr(space, 1, ?) = ? ORDER BY space, key');
    const all = rows.all(space.length, space).map(({ key, value }) => ({ key: String(key), text: String(value) }));
    const wanted = words?.match(/\p{L}{5,}/gu)?.map((word) => word.toLowerCase());
    const found = all.filter(
      ({ text }) => words === undefined || wanted?.some((word) => text.toLowerCase().includes(word)),
    );
    return found.map(({ key, text }) => ({ key, value: JSON.parse(text) }));
  }
}

const flow = defineFlow(
  'assistant',
  graph({
    state: { message: replace<string>(), profile: replace(), known: replace<string[]>([]), answer: replace<string>() },
    nodes: {
      profile: task('memory:get', { input: { in: 'profile', key: 'name' }, writes: { profile: '${{ output }}' } }),
      recall: task('memory:search', {
        input: { in: 'facts', words: '${{ state.message }}' },
        writes: { known: '${{ output }}' },
      }),
      answer: task('model:answer', { writes: { answer: '${{ output }}' } }),
      remember: task('memory:put', { input: { in: 'facts', value: '${{ state.message }}' }, writes: {} }),
    },
    edges: [
      edge('profile', 'recall'),
      edge('recall', 'answer'),
      edge('answer', 'remember', "startsWith(state.message, 'I ')"),
    ],
    output: ['answer'],
  }),
);

// The session of a run is whom it is of: a run sees no namespace but that one's. A call that is made again has the same key.
const memory = new Memory();
const handlers: LocalHandlers = {
  'memory:get': ({ in: space, key }, { sessionId }) => memory.get([sessionId, String(space)], String(key)),
  'memory:search': ({ in: space, words }, { sessionId }) => memory.search([sessionId, String(space)], String(words)),
  'memory:put': ({ in: space, value }, { sessionId, idempotencyKey }) => {
    memory.put([sessionId, String(space)], idempotencyKey, value ?? null);
    return null;
  },
  'model:answer': ({ profile, known }) => {
    const facts = (known as { value: string }[]).map(({ value }) => value).join(' and ') || 'nothing';
    return `${profile ?? 'stranger'}, I know ${facts}`;
  },
};

memory.put(['mona', 'profile'], 'name', 'Mona');
for (const [runId, sessionId, message] of [
  ['one', 'mona', 'I like honey'],
  ['two', 'mona', 'I have two dogs'],
  ['three', 'mona', 'what about honey?'],
  ['four', 'bert', 'what about honey?'],
] as const) {
  const output = await runLocal(flow, { runId, handlers, sessionId, input: { message } }).output();
  console.log(`${sessionId}: ${message} ->`, output);
}
console.log(memory.search(['mona']));
