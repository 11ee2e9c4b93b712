import { FeatureFlags } from '@actions/expressions';
import { ACTION_ROOT } from '@actions/workflow-parser/actions/action-constants';
import { DefinitionInfo } from '@actions/workflow-parser/templates/schema/definition-info';
import { TemplateContext, TemplateValidationErrors } from '@actions/workflow-parser/templates/template-context';
import { readTemplate } from '@actions/workflow-parser/templates/template-reader';
import {
  type LiteralToken,
  type MappingToken,
  type SequenceToken,
  StringToken,
  type TemplateToken,
} from '@actions/workflow-parser/templates/tokens/index';
import { NoOperationTraceWriter } from '@actions/workflow-parser/templates/trace-writer';
import { WORKFLOW_ROOT } from '@actions/workflow-parser/workflows/workflow-constants';
import { YamlObjectReader } from '@actions/workflow-parser/workflows/yaml-object-reader';
import { OPEN } from '../expression/text-parts.js';
import { actionSchema } from './action-dialect.js';
import { dialectSchema } from './dialect.js';
import { DIAGNOSTICS_MAX, type Findings, type Range } from './findings.js';
import { clearMessage } from './parser-message.js';
import { schemaPlaceAt } from './schema-place.js';
import { prepareNodes, type YamlDocument } from './yaml-nodes.js';

/** GitHub's own limit of a workflow file. */
export const SOURCE_CHARS_MAX = 512 * 1024;

/** Scalars and collections, aliases expanded: a few lines of YAML aliases can expand to billions. */
export const SOURCE_NODES_MAX = 100_000;

/** Expressions of one text, and of all texts: finding and checking each takes time that grows with those before it. */
export const TEXT_EXPRESSIONS_MAX = 500;
export const SOURCE_EXPRESSIONS_MAX = 10_000;

/** The parser's findings whose places are looked up: each takes a walk through the source, and more are hardly shown. */
const EXPLAINED_MAX = 2 * DIAGNOSTICS_MAX;

/** A string of the source: what it says, and how it is written. */
export interface SourceText {
  readonly value: string;
  /** As written, with quotes or indentation; the same as `value` for plain text. */
  readonly written: string;
  /** Whether `written` starts on the line after the token's own, as block texts (`|`, `>`) do. */
  readonly isBlock: boolean;
  readonly range: Range | undefined;
}

/** A source that was read: GitHub's tokens, and each text as it was before its expressions were cut out. */
export interface Source {
  readonly root: TemplateToken | undefined;
  textOf(token: TemplateToken): SourceText | undefined;
}

/** What a file is read as. */
export type SourceKind = 'workflow' | 'action';

/** Reads YAML by GitHub's schema in TAU's dialect. What is wrong goes to `findings`. */
export function readSource(source: string, file: string, kind: SourceKind, findings: Findings): Source {
  const texts = new Map<string, SourceText>();
  const textOf = (token: TemplateToken): SourceText | undefined => texts.get(placeOf(token));
  if (source.length > SOURCE_CHARS_MAX) {
    findings.add(undefined, `the file has ${source.length} characters; it may have ${SOURCE_CHARS_MAX}`);
    return { root: undefined, textOf };
  }
  const context = new TemplateContext(
    new TemplateValidationErrors(),
    kind === 'workflow' ? dialectSchema() : actionSchema(),
    new NoOperationTraceWriter(),
  );
  // GitHub's newest steps are known, so that they can be refused with advice.
  context.state.featureFlags = new FeatureFlags({ allowBackgroundSteps: true });
  const reader = new TextKeepingReader(context.getFileId(file), source, texts);
  if (reader.isEmpty) {
    const needed = kind === 'action' ? '"name" and "runs"' : '"on" and "jobs"';
    findings.add(undefined, `the file is empty: ${kind === 'action' ? 'an action' : 'a workflow'} has ${needed}`);
    return { root: undefined, textOf };
  }
  if (reader.errors.length > 0) {
    for (const error of reader.errors) findings.addParsers(error.range?.start, clearMessage(error.message));
    return { root: undefined, textOf };
  }
  const type = kind === 'workflow' ? WORKFLOW_ROOT : ACTION_ROOT;
  const root = readTemplate(context, type, reader, context.getFileId(file));
  const expected = new DefinitionInfo(context.schema, type);
  for (const [nth, { rawMessage, range }] of context.errors.getErrors().entries()) {
    const place = range === undefined || nth >= EXPLAINED_MAX ? undefined : schemaPlaceAt(root, expected, range.start);
    findings.addParsers(range?.start, clearMessage(rawMessage, place));
  }
  return { root, textOf };
}

function placeOf(token: TemplateToken): string {
  return `${token.range?.start.line}:${token.range?.start.column}`;
}

/**
 * GitHub's reader works on texts as they are *written*: with the indentation of block texts and the escapes of quoted
 * ones still in them, which is right for an editor and wrong for who runs them. Here it gets each text as one line of
 * what it *says*, and what is needed to find places in the file is kept beside it.
 */
class TextKeepingReader extends YamlObjectReader {
  /** Whether there is nothing in the file, or nothing but comments. */
  readonly isEmpty: boolean;
  readonly #texts: Map<string, SourceText>;
  #nodes = 0;
  #expressions = 0;

  constructor(fileId: number, content: string, texts: Map<string, SourceText>) {
    super(fileId, content);
    this.#texts = texts;
    // Its document is read from here on, node by node.
    const { doc } = this as unknown as { readonly doc: YamlDocument };
    this.isEmpty = doc.contents === null && this.errors.length === 0;
    if (this.errors.length === 0) this.errors.push(...prepareNodes(doc, content));
  }

  override allowLiteral(): LiteralToken | undefined {
    const token = super.allowLiteral();
    if (token === undefined) return undefined;
    this.#count();
    if (!(token instanceof StringToken) || typeof token.value !== 'string') return token;
    const { value, source, blockScalarHeader, range, file } = token;
    this.#countExpressions(value);
    this.#texts.set(placeOf(token), {
      value,
      written: source ?? value,
      isBlock: blockScalarHeader !== undefined,
      range,
    });
    return new StringToken(file, range && { start: range.start, end: range.start }, value, undefined);
  }

  override allowSequenceStart(): SequenceToken | undefined {
    const token = super.allowSequenceStart();
    if (token !== undefined) this.#count();
    return token;
  }

  override allowMappingStart(): MappingToken | undefined {
    const token = super.allowMappingStart();
    if (token !== undefined) this.#count();
    return token;
  }

  #countExpressions(text: string): void {
    let found = 0;
    for (let at = text.indexOf(OPEN); at >= 0; at = text.indexOf(OPEN, at + OPEN.length)) found += 1;
    this.#expressions += found;
    if (found > TEXT_EXPRESSIONS_MAX) throw new Error(`a text may have ${TEXT_EXPRESSIONS_MAX} expressions`);
    if (this.#expressions > SOURCE_EXPRESSIONS_MAX)
      throw new Error(`it has more than ${SOURCE_EXPRESSIONS_MAX} expressions`);
  }

  #count(): void {
    this.#nodes += 1;
    if (this.#nodes > SOURCE_NODES_MAX) {
      throw new Error(`with its aliases expanded it has more than ${SOURCE_NODES_MAX} values`);
    }
  }
}
