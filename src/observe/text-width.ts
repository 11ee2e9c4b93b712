/** What a terminal would act on, break a line at, or turn the text around by: names and messages come from anywhere. */
const CONTROLS = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

/** UTF-16 units of one character, with all that is combined with it, that anybody writes. */
const UNITS_A_COLUMN_MAX = 64;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Two columns wide: East Asian wide and full-width characters, and emoji. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** A text as one line without anything that a terminal acts on. */
export function oneLine(text: string): string {
  return text.replace(CONTROLS, ' ').trim();
}

/** How many columns of a terminal a text takes. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += columnsOfGrapheme(segment);
  return columns;
}

/** A text that takes at most `columns` columns, cut between what people take for characters, with an ellipsis where it is cut. */
export function cutToColumns(text: string, columns: number): string {
  // Texts of fewer units than half of the columns fit whatever they are made of.
  if (text.length * 2 <= columns) return text;
  // Of a very long one only so much is looked at: it takes a column for few of its units, and may have millions.
  const looked = text.slice(0, (Math.max(0, columns) + 1) * UNITS_A_COLUMN_MAX);
  if (looked.length === text.length && columnsOf(text) <= columns) return text;
  let taken = 0;
  let cut = '';
  for (const { segment } of graphemes.segment(looked)) {
    taken += columnsOfGrapheme(segment);
    if (taken > columns - 1) break;
    cut += segment;
  }
  return columns < 1 ? '' : `${cut}…`;
}

function columnsOfGrapheme(grapheme: string): number {
  if (/^\p{Mn}+$/u.test(grapheme)) return 0;
  return WIDE.test(grapheme) || grapheme.includes('\ufe0f') ? 2 : 1;
}
