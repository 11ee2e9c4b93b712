export const TOPIC_CHARS_MAX = 200;
const TOPIC = /^[^.*\s]+(?:\.[^.*\s]+)*$/;
const PATTERN = /^(?:\*\*?|[^.*\s]+)(?:\.(?:\*\*?|[^.*\s]+))*$/;

/** Whether a text is a topic: segments between dots, without `*`, white space or empty segments. */
export function isTopic(text: string): boolean {
  return text.length <= TOPIC_CHARS_MAX && TOPIC.test(text);
}

/** Whether a text is a pattern of topics: a segment may be `*` or `**`. */
export function isTopicPattern(text: string): boolean {
  return text.length <= TOPIC_CHARS_MAX && PATTERN.test(text);
}

/** Whether a topic fits a pattern. Takes time of both lengths multiplied at most, whatever the pattern. */
export function topicMatches(topic: string, pattern: string): boolean {
  const segments = topic.split('.');
  // Which numbers of leading segments the pattern, as far as it was read, can take.
  let taken = new Set([0]);
  for (const part of pattern.split('.')) {
    const next = new Set<number>();
    for (const count of taken) {
      if (part === '**') for (let more = count; more <= segments.length; more += 1) next.add(more);
      else if (count < segments.length && (part === '*' || part === segments[count])) next.add(count + 1);
    }
    taken = next;
  }
  return taken.has(segments.length);
}
