import { DefinitionInfo } from '@actions/workflow-parser/templates/schema/definition-info';
import { DefinitionType } from '@actions/workflow-parser/templates/schema/definition-type';
import { MappingDefinition } from '@actions/workflow-parser/templates/schema/mapping-definition';
import { SequenceDefinition } from '@actions/workflow-parser/templates/schema/sequence-definition';
import { StringDefinition } from '@actions/workflow-parser/templates/schema/string-definition';
import type { MappingToken, SequenceToken, TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import { isMapping, isSequence } from '@actions/workflow-parser/templates/tokens/type-guards';
import type { Position } from './findings.js';
import { SYNTAX_TABLE } from './syntax-table.js';

/** What stands at a place of a source, and what the schema takes there. */
export interface SchemaPlace {
  /** The schema's word on the value that starts there, or on the mapping that a key there belongs to. */
  readonly expected: DefinitionInfo;
  /** The mapping that starts there, or that a key there belongs to. */
  readonly mapping: MappingToken | undefined;
  /** Whether a single value starts there. */
  readonly isValue: boolean;
}

/** The innermost place at a position; undefined where the parser has not been. */
export function schemaPlaceAt(
  root: TemplateToken | undefined,
  expected: DefinitionInfo,
  position: Position,
): SchemaPlace | undefined {
  if (root === undefined) return undefined;
  if (!isMapping(root) && !isSequence(root))
    return startsAt(root, position) ? { expected, mapping: undefined, isValue: true } : undefined;
  if (!isWithin(root, position)) return undefined;
  for (const [child, info] of childrenOf(root, expected)) {
    const found = schemaPlaceAt(child, info, position);
    if (found !== undefined) return found;
  }
  return { expected, mapping: isMapping(root) ? root : undefined, isValue: false };
}

function* childrenOf(
  token: MappingToken | SequenceToken,
  expected: DefinitionInfo,
): Generator<readonly [TemplateToken, DefinitionInfo]> {
  if (isMapping(token)) {
    // The parser keeps what is expected of a value with its key.
    for (const { key, value } of token) yield [value, key.definitionInfo ?? expected];
    return;
  }
  const [list] = expected.getDefinitionsOfType(DefinitionType.Sequence);
  if (!(list instanceof SequenceDefinition)) return;
  const item = new DefinitionInfo(expected, list.itemType);
  for (const child of token) yield [child, item];
}

/** The keys that a mapping may have by any of its forms, without those that TAU refuses. */
export function keysOf(expected: DefinitionInfo): readonly string[] {
  return [...new Set(mappingsOf(expected).flatMap(({ properties }) => Object.keys(properties)))].filter(isUsable);
}

/** The forms that a mapping may have: those of a step with `run` and of one with `uses`, say. */
export function mappingsOf(expected: DefinitionInfo): readonly MappingDefinition[] {
  return expected
    .getDefinitionsOfType(DefinitionType.Mapping)
    .filter((definition) => definition instanceof MappingDefinition);
}

/** The texts that a value may be, where these are counted. */
export function constantsOf(expected: DefinitionInfo): readonly string[] {
  return expected
    .getScalarDefinitions()
    .flatMap((one) => (one instanceof StringDefinition && one.constant !== '' ? [one.constant] : []))
    .filter((name) => SYNTAX_TABLE.on[name]?.status !== 'refused');
}

/** What a value may be beside the counted texts, in words. */
export function kindsOf(expected: DefinitionInfo): readonly string[] {
  const scalars = expected.getScalarDefinitions();
  const has = (type: DefinitionType): boolean => scalars.some(({ definitionType }) => definitionType === type);
  const isFree = scalars.some((one) => one instanceof StringDefinition && one.constant === '');
  const [form] = mappingsOf(expected);
  const keys = form === undefined || form.looseKeyType ? [] : keysOf(expected);
  return [
    ...(isFree ? ['text'] : []),
    ...(has(DefinitionType.Boolean) ? ['true or false'] : []),
    ...(has(DefinitionType.Number) ? ['a number'] : []),
    ...(expected.getDefinitionsOfType(DefinitionType.Sequence).length > 0 ? ['a list'] : []),
    ...(form === undefined
      ? []
      : [keys.length === 0 || keys.length > 20 ? 'a mapping' : `a mapping with ${keys.join(', ')}`]),
  ];
}

/** Whether a key means something to TAU in any of the places that it has. */
function isUsable(key: string): boolean {
  const found = Object.values(SYNTAX_TABLE).flatMap((keys) => (Object.hasOwn(keys, key) ? [keys[key]?.status] : []));
  return found.length === 0 || found.some((status) => status !== 'refused');
}

function startsAt({ range }: TemplateToken, { line, column }: Position): boolean {
  return range?.start.line === line && range.start.column === column;
}

function isWithin({ range }: TemplateToken, { line, column }: Position): boolean {
  if (range === undefined) return false;
  const { start, end } = range;
  const isAfter = line > start.line || (line === start.line && column >= start.column);
  return isAfter && (line < end.line || (line === end.line && column <= end.column));
}
