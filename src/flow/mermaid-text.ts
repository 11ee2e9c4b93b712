/** Characters of a label: longer ones make charts that nobody can read. */
export const LABEL_CHARS_MAX = 120;

/** The lines of a chart as they are made, and ids that are its own. */
export interface Drawing {
  readonly lines: readonly string[];
  id(prefix: string): string;
  line(text: string): void;
  /** What is drawn by `work` is one level further in. */
  within(work: () => void): void;
}

export function drawingOf(): Drawing {
  const lines: string[] = [];
  const counts = new Map<string, number>();
  let indent = '';
  return {
    lines,
    id(prefix) {
      const count = counts.get(prefix) ?? 0;
      counts.set(prefix, count + 1);
      return `${prefix}${count}`;
    },
    line: (text) => {
      lines.push(indent + text);
    },
    within(work) {
      indent += '  ';
      work();
      indent = indent.slice(2);
    },
  };
}

/** Texts as a label, one line each, for within double quotes: whatever they are, they stay text. */
export function label(...texts: readonly string[]): string {
  return texts
    .filter((text) => text !== '')
    .map(escaped)
    .join('<br/>');
}

/** Mermaid reads `#name;` as a character, and a label as HTML and Markdown. */
function escaped(text: string): string {
  const line = text.replace(/\s+/gu, ' ').trim();
  const characters = [...line];
  const short = characters.length > LABEL_CHARS_MAX ? `${characters.slice(0, LABEL_CHARS_MAX).join('')}...` : line;
  return short.replace(/[^\p{L}\p{N} .,:/()$='!?@+-]/gu, (character) => `#${character.codePointAt(0)};`);
}
