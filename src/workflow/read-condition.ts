import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import type { ExpressionSource } from '../expression/template-source.js';
import { OPEN, splitText } from '../expression/text-parts.js';
import { NOT_CLOSED } from './parser-message.js';
import { positionInside, readExpression, textOf } from './read-template.js';
import { positionOf, type Reading } from './reading.js';

/** The expression of an `if`, whose braces may be left out. Undefined when there is none to be had: see the findings. */
export function readCondition(reading: Reading, token: TemplateToken): ExpressionSource | undefined {
  const text = textOf(reading, token);
  if (text === undefined || text.value.trim() === '') {
    // YAML takes `!cancelled()` for a tag of nothing: without this, the condition would silently be the default one.
    const advice = `leave "if" out, or write a condition that starts with "!" inside \${{ }}`;
    reading.findings.add(positionOf(token), `this condition is empty: ${advice}`);
    return undefined;
  }
  const parts = splitText(text.value.trim());
  const [first] = parts;
  if (parts.length > 1) {
    reading.findings.add(
      positionOf(token),
      `this condition mixes text with \${{ }}, and text is always true: write all of it inside one \${{ }}, or without`,
    );
    return undefined;
  }
  if (typeof first === 'object') {
    return readExpression(reading, token, first.expr, positionInside(token, text, 0, first.leading));
  }
  if (first?.startsWith(OPEN) === true) {
    reading.findings.add(positionOf(token), NOT_CLOSED);
    reading.findings.cover(text.range);
    return undefined;
  }
  return readExpression(reading, token, text.value.trim(), startOf(token, text.written, text.isBlock));
}

/** Where a condition without braces starts: behind its quote, or on the next line. */
function startOf(token: TemplateToken, written: string, isBlock: boolean): { line: number; column: number } {
  const start = positionOf(token) ?? { line: 1, column: 1 };
  if (isBlock) return { line: start.line + 1, column: written.length - written.trimStart().length + 1 };
  const isQuoted = /^["']/.test(written);
  return { line: start.line, column: start.column + (isQuoted ? 1 : 0) };
}
