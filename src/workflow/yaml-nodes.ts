import { OPEN } from '../expression/text-parts.js';
import { DIAGNOSTICS_MAX, type Range } from './findings.js';

/** What is wrong with a document before GitHub's parser reads it. */
export interface YamlProblem {
  readonly message: string;
  readonly range: Range;
}

/** A node of the YAML library, which comes with GitHub's parser, by what is looked at of it. */
interface YamlNode {
  readonly range?: readonly [start: number, end: number, ...rest: number[]] | null;
  /** Of a mapping its pairs, of a list its nodes. */
  readonly items?: readonly (YamlPair | YamlNode | null)[];
  /** Of an alias the name of its anchor; of a single value what is written. */
  readonly source?: string;
  /** Of a single value. */
  value?: unknown;
  /** What aliases call it by. */
  readonly anchor?: string;
  /** Of an alias: what it stands for. */
  resolve?: (document: YamlDocument) => YamlNode | undefined;
}

interface YamlPair {
  readonly key: YamlNode | null;
  value: YamlNode | null | undefined;
}

export interface YamlDocument {
  readonly contents: YamlNode | null;
  createNode(value: null): YamlNode;
}

/**
 * Makes of a document what GitHub's parser can read, where that has no eyes: a key that YAML takes for a number or a truth value
 * is the text that is written, and one without a value, `{ push }`, has null. What cannot be read at all is told with its place,
 * which the parser would lose. Aliases know what they stand for: the library would go through the whole document for each.
 */
export function prepareNodes(document: YamlDocument, content: string): readonly YamlProblem[] {
  const problems: YamlProblem[] = [];
  const anchors = new Map<string, YamlNode>();
  const around = new Set<YamlNode>();
  const tell = (node: YamlNode, message: string): void => {
    if (problems.length >= DIAGNOSTICS_MAX) return;
    const [start, end] = node.range ?? [0, 0];
    problems.push({ message, range: { start: positionAt(content, start), end: positionAt(content, end) } });
  };
  const visit = (node: YamlNode): void => {
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    if (node.resolve !== undefined) {
      const { source = '' } = node;
      const meant = anchors.get(source);
      node.resolve = () => meant;
      if (meant === undefined)
        tell(node, `there is no anchor "&${source}" in front of this: write it where the value stands first`);
      else if (around.has(meant)) tell(node, `"*${source}" stands in what it stands for: write the value out`);
    }
    if (node.items === undefined) return;
    around.add(node);
    for (const item of node.items) {
      if (item === null) continue;
      if ('key' in item) visitPair(item);
      else visit(item);
    }
    around.delete(node);
  };
  const visitPair = (pair: YamlPair): void => {
    if (pair.key !== null) {
      visit(pair.key);
      prepareKey(pair.key, tell);
    }
    pair.value ??= emptyBehind(document, pair.key);
    visit(pair.value);
    // The key is refused; what would be merged is not told to be wrong besides.
    if (pair.key?.value === '<<') pair.value = emptyBehind(document, pair.key);
  };
  if (document.contents !== null) visit(document.contents);
  return problems;
}

function prepareKey(key: YamlNode, tell: (node: YamlNode, message: string) => void): void {
  if (key.items === undefined && key.resolve === undefined) {
    if (typeof key.value !== 'string') key.value = key.source ?? '';
    return;
  }
  // `{{ name }}`, which other languages have, is a mapping for the key of a mapping.
  const [inner] = key.items?.length === 1 ? key.items : [];
  const name = inner !== null && inner !== undefined && 'key' in inner ? inner.key?.source : undefined;
  tell(key, `a key must be plain text${name === undefined ? '' : `; an expression is written ${OPEN} ${name} }}`}`);
}

function emptyBehind(document: YamlDocument, key: YamlNode | null): YamlNode {
  const end = key?.range?.[1] ?? 0;
  return Object.assign(document.createNode(null), { range: [end, end, end] });
}

function positionAt(content: string, offset: number): Range['start'] {
  const lines = content.slice(0, offset).split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}
