import type { MappingToken, TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import { isMapping, isNumber, isSequence } from '@actions/workflow-parser/templates/tokens/type-guards';
import type { Strategy } from './definition.js';
import { expandMatrix, hasKey, unknownExclude } from './matrix.js';
import { readTemplate } from './read-template.js';
import { asMapping, fieldsOf, positionOf, type Reading } from './reading.js';
import { SYNTAX_TABLE } from './syntax-table.js';

/** Reads `strategy`. Without a matrix it says nothing. */
export function readStrategy(reading: Reading, token: TemplateToken): Strategy | undefined {
  if (!isMapping(token)) {
    const advice = 'write "matrix", "fail-fast" and "max-parallel", each of which may be an expression';
    reading.findings.add(positionOf(token), `"strategy" must be a mapping: ${advice}`);
    return undefined;
  }
  const fields = fieldsOf(reading, 'strategy', token);
  const matrix = fields.get('matrix')?.value;
  const failFast = fields.get('fail-fast')?.value;
  const parallel = fields.get('max-parallel')?.value;
  if (parallel !== undefined && isNumber(parallel) && !(Number.isInteger(parallel.value) && parallel.value >= 1))
    reading.findings.add(positionOf(parallel), '"max-parallel" must be a whole number from 1');
  if (matrix === undefined) return undefined;
  return {
    matrix: readMatrix(reading, matrix),
    ...(failFast === undefined ? {} : { failFast: readTemplate(reading, failFast) }),
    ...(parallel === undefined ? {} : { maxParallel: readTemplate(reading, parallel) }),
  };
}

/** Expanding a matrix compares each combination with each of its excludes; what takes longer is seen when it runs. */
const COMPARISONS_MAX = 50_000;

/** A matrix without expressions is checked now; the others when they run. */
function readMatrix(reading: Reading, token: TemplateToken): Strategy['matrix'] {
  const matrix = readTemplate(reading, token);
  if (matrix.kind === 'expression') return matrix;
  const mapping = asMapping(reading, token, '"matrix"');
  if (mapping === undefined) return matrix;
  const empty = [...mapping].find(({ key, value }) => isAxis(key.toString()) && isSequence(value) && value.count === 0);
  if (empty !== undefined) {
    reading.findings.add(positionOf(empty.value), `"${empty.key.toString()}" of the matrix has no values`);
  } else if (mapping.count === 0) {
    reading.findings.add(positionOf(token), '"matrix" names no values');
  } else if (!excludesAreKnown(reading, mapping) || matrix.kind !== 'value') {
    // What expressions give is seen when it runs.
  } else if (isSmall(mapping)) {
    const expansion = expandMatrix(matrix.value);
    if (!expansion.ok) reading.findings.add(positionOf(token), expansion.problem);
  }
  return matrix;
}

/** Whether each key that `exclude` names is one of the matrix; others become findings. */
function excludesAreKnown(reading: Reading, matrix: MappingToken): boolean {
  const names = [...matrix].map(({ key }) => key.toString()).filter(isAxis);
  let isKnown = true;
  for (const { key: part, value } of matrix) {
    if (part.toString() !== 'exclude' || !isSequence(value)) continue;
    for (const entry of value) {
      for (const { key } of isMapping(entry) ? entry : []) {
        if (hasKey(names, key.toString())) continue;
        reading.findings.add(positionOf(key), unknownExclude(key.toString(), names));
        isKnown = false;
      }
    }
  }
  return isKnown;
}

function isAxis(key: string): boolean {
  return !Object.hasOwn(SYNTAX_TABLE.matrix, key);
}

function isSmall(matrix: MappingToken): boolean {
  let combinations = 1;
  let filters = 1;
  for (const { key, value } of matrix) {
    if (!isSequence(value)) continue;
    if (isAxis(key.toString())) combinations *= value.count;
    else filters += value.count;
  }
  // Too many combinations without filters are told at once.
  return filters === 1 || combinations * filters <= COMPARISONS_MAX;
}
