// Memories that are found by what they mean: each is kept with its vector, and the nearest ones are given to the model.
// Answers: how does an agent find the memory that fits, whatever words it is asked with?
import { chain, defineFlow, task } from 'tau-orchestrate/flow';
import { type LocalHandlers, runLocal } from 'tau-orchestrate/local';

/** Stands for a model of embeddings: how much of a text is about food, work and animals. */
function embed(text: string): readonly number[] {
  const topics = [/food|eat|pizza|hungry|dinner/gi, /work|job|office|plumber|earn/gi, /animal|dog|bee|pet/gi];
  const counts = topics.map((topic) => text.match(topic)?.length ?? 0);
  const length = Math.hypot(...counts) || 1;
  return counts.map((count) => count / length);
}

const memories: { readonly user: string; readonly text: string; readonly vector: readonly number[] }[] = [];

const handlers: LocalHandlers = {
  'memory:remember': ({ text }, { sessionId }) => {
    memories.push({ user: sessionId, text: String(text), vector: embed(String(text)) });
    return null;
  },
  'memory:recall': ({ text, itemsMax }, { sessionId }) => {
    const asked = embed(String(text));
    const scored = memories
      .filter(({ user }) => user === sessionId)
      .map(({ text: known, vector }) => ({
        text: known,
        score: vector.reduce((sum, part, index) => sum + part * (asked[index] ?? 0), 0),
      }));
    return scored.sort((a, b) => b.score - a.score).slice(0, Number(itemsMax));
  },
  'model:answer': ({ value }) =>
    `what I know that fits: ${(value as { text: string }[]).map(({ text }) => text).join('; ')}`,
};

const remember = defineFlow('remember', task('memory:remember'));
const answer = defineFlow(
  'answer',
  chain({
    recall: task('memory:recall', { input: { text: '${{ input.text }}', itemsMax: 1 } }),
    answer: task('model:answer'),
  }),
);

const sessionId = 'mona';
for (const text of ['I love pizza', 'I am a plumber', 'my dog is old']) {
  await runLocal(remember, { handlers, sessionId, input: { text } }).ended;
}
for (const text of ['I am hungry', 'how do I earn money?', 'which animal have I got?']) {
  console.log(text, '->', await runLocal(answer, { handlers, sessionId, input: { text } }).output());
}
