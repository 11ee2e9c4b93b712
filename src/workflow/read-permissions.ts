import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import { isMapping } from '@actions/workflow-parser/templates/tokens/type-guards';
import type { Permissions } from './definition.js';
import { allAt, levelsOf, PERMISSION_SCOPES, type PermissionLevel } from './permissions.js';
import { asPlainText, namesIn, positionOf, type Reading } from './reading.js';
import { supportOf } from './syntax-table.js';

/** Reads `permissions` in its two forms: `read-all` or `write-all`, or levels by scope. */
export function readPermissions(reading: Reading, token: TemplateToken): Permissions | undefined {
  if (!isMapping(token)) return readShorthand(reading, token);
  const permissions: { [scope: string]: PermissionLevel } = {};
  for (const { name, key, value } of namesIn(reading, token)) {
    if (supportOf('permissions', name) === undefined) {
      reading.findings.add(
        positionOf(key),
        `there is no permission "${name}"; there are ${PERMISSION_SCOPES.join(', ')}`,
      );
      continue;
    }
    const text = asPlainText(reading, value, 'a permission');
    const levels = levelsOf(name);
    const level = levels.find((one) => one === text);
    if (level !== undefined) permissions[name] = level;
    else if (text !== undefined)
      reading.findings.add(positionOf(value), `"${name}" is one of ${levels.join(', ')}, and not "${text}"`);
  }
  return permissions;
}

function readShorthand(reading: Reading, token: TemplateToken): Permissions | undefined {
  const text = asPlainText(reading, token, '"permissions"');
  if (text === 'read-all') return allAt('read');
  if (text === 'write-all') return allAt('write');
  if (text !== undefined) {
    const advice = 'write read-all, write-all, {} or levels by scope, e.g. { issues: write }';
    reading.findings.add(positionOf(token), `"permissions" cannot be "${text}": ${advice}`);
  }
  return undefined;
}
