import type { Json } from 'tau-core';
import { compileText, compileValue, type Evaluable } from '../expression/template.js';
import { FLOW_DIALECT } from './expression-dialect.js';
import { flowTemplate, textTemplate } from './flow-template.js';
import { lazily } from './lazily.js';

/** Any value of a definition, ready to be evaluated. One without expressions is what it is at every evaluation. */
export function compileJson(value: Json, place: string): Evaluable<Json> {
  const template = flowTemplate(value, place);
  return template.kind === 'value' ? () => value : lazily(() => compileValue(template, FLOW_DIALECT));
}

/** A text of a definition, ready to be evaluated. */
export function compileString(text: string, place: string): Evaluable<string> {
  const template = textTemplate(text, place);
  return template.kind === 'value' ? () => text : lazily(() => compileText(template, FLOW_DIALECT));
}
