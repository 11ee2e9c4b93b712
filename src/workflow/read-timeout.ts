import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import { isNumber } from '@actions/workflow-parser/templates/tokens/type-guards';
import type { Template } from '../expression/template-source.js';
import { readTemplate } from './read-template.js';
import { positionOf, type Reading } from './reading.js';
import { isTimeoutMinutes, TIMEOUT_MINUTES_MAX } from './timeout.js';

/** Reads `timeout-minutes`: a number, or an expression that gives one. */
export function readTimeout(reading: Reading, token: TemplateToken): Template {
  if (isNumber(token) && !isTimeoutMinutes(token.value)) {
    reading.findings.add(positionOf(token), `"timeout-minutes" must be above 0 and at most ${TIMEOUT_MINUTES_MAX}`);
  }
  return readTemplate(reading, token);
}
