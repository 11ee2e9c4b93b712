import type { Json } from 'tau-core';
import { expressionFailed } from '../expression/expression.js';
import { compileText, compileValue, type Evaluable } from '../expression/template.js';
import type { ExpressionSource } from '../expression/template-source.js';
import { FLOW_DIALECT } from './expression-dialect.js';
import { flowTemplate, textTemplate } from './flow-template.js';
import { lazily } from './lazily.js';

/** Any value of a definition, ready to be evaluated. One without expressions is what it is at every evaluation. */
export function compileJson(value: Json, place: string): Evaluable<Json> {
  const template = flowTemplate(value, place);
  return template.kind === 'value' ? () => value : lazily(() => compileValue(template, FLOW_DIALECT));
}

/**
 * A key of a definition, ready to be evaluated. A part of it that gives nothing fails: what is there of the key would be shared by
 * all for which it gives nothing.
 */
export function compileKey(text: string, place: string): Evaluable<string> {
  const template = textTemplate(text, place);
  if (template.kind !== 'text' && template.kind !== 'expression') return () => text;
  return lazily(() => {
    const parts = (template.kind === 'text' ? template.parts : [template.source]).map((part) =>
      typeof part === 'string'
        ? part
        : { source: part, text: compileText({ kind: 'expression', source: part }, FLOW_DIALECT) },
    );
    return (scope) =>
      parts.map((part) => (typeof part === 'string' ? part : filled(part.text(scope), part.source))).join('');
  });
}

function filled(text: string, source: ExpressionSource): string {
  if (text !== '') return text;
  throw expressionFailed(
    source,
    "it gives nothing, and a key needs it: see to it that it is given, or write ${{ ... || 'none' }}",
  );
}

/** A text of a definition, ready to be evaluated. */
export function compileString(text: string, place: string): Evaluable<string> {
  const template = textTemplate(text, place);
  return template.kind === 'value' ? () => text : lazily(() => compileText(template, FLOW_DIALECT));
}
