import type { Json } from 'tau-core';
import { toData } from '../expression/expression-data.js';
import type { Outputs } from './state.js';

/**
 * A value as an output holds it. As at GitHub, outputs are text: `true` is `'true'`, 12 is `'12'`, null is empty, so
 * that conditions written for GitHub mean the same here. Lists and objects, which GitHub does not have, stay what they are.
 */
export function outputValue(value: Json): Json {
  return typeof value === 'object' && value !== null ? value : toData(value).coerceString();
}

/** All members of an object as outputs. */
export function outputValues(values: Outputs): Outputs {
  const outputs: { [name: string]: Json } = {};
  for (const [name, value] of Object.entries(values)) if (value !== undefined) outputs[name] = outputValue(value);
  return outputs;
}
