import type { TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import { isMapping } from '@actions/workflow-parser/templates/tokens/type-guards';
import { OPEN } from '../expression/text-parts.js';
import type { JobDefinition } from './definition.js';
import { isActionFile, isYamlFile, localPath, localPathProblem } from './local-path.js';
import { readEntries, readTemplate } from './read-template.js';
import { asPlainText, type Field, namesIn, positionOf, type Reading, withSecrets } from './reading.js';

/** Reads what a job says of the workflow that it calls: its file, its inputs and its secrets. */
export function readCall(
  reading: Reading,
  fields: ReadonlyMap<string, Field>,
): Pick<JobDefinition, 'uses' | 'with' | 'secrets'> {
  const usesToken = fields.get('uses')?.value;
  const uses = usesToken === undefined ? undefined : readUses(reading, usesToken);
  const inputs = fields.get('with')?.value;
  const secretsToken = fields.get('secrets')?.value;
  const secrets = secretsToken === undefined ? undefined : readSecrets(reading, secretsToken);
  return {
    ...(uses === undefined ? {} : { uses }),
    ...(inputs === undefined ? {} : { with: readEntries(reading, inputs, '"with"') }),
    ...(secrets === undefined ? {} : { secrets }),
  };
}

function readUses(reading: Reading, token: TemplateToken): string | undefined {
  const uses = asPlainText(reading, token, '"uses"');
  const problem = uses === undefined ? undefined : usesProblem(uses);
  if (problem === undefined) return uses === undefined ? undefined : localPath(uses);
  reading.findings.cover(reading.source.textOf(token)?.range);
  reading.findings.add(positionOf(token), problem);
  return undefined;
}

function usesProblem(uses: string): string | undefined {
  if (uses.includes(OPEN)) return 'a workflow cannot come from an expression: write the path of its file';
  if (!uses.startsWith('./') && !uses.startsWith('$/')) {
    const isRemote = /^[^./][^@]*\/[^@]*@./.test(uses);
    return isRemote
      ? `workflows of other repositories are not supported: copy it to this one, and write e.g. ./.tau/workflows/build.yml`
      : `"${uses}" is no path of a workflow: write it from the repository's root, e.g. ./.tau/workflows/build.yml`;
  }
  if (uses.startsWith('$/') && uses.includes('@')) return localPathProblem(uses);
  if (isActionFile(uses)) return `"${uses}" is an action: a step calls it, with the path of its folder`;
  if (!isYamlFile(uses)) return `"${uses}" is no workflow file: its name ends in .yml or .yaml; a step calls actions`;
  return localPathProblem(uses);
}

/** `inherit`, or the called workflow's names for secrets of this one. */
function readSecrets(reading: Reading, token: TemplateToken): JobDefinition['secrets'] {
  if (!isMapping(token)) return asPlainText(reading, token, '"secrets"') === 'inherit' ? 'inherit' : undefined;
  const secrets: { [name: string]: string } = {};
  for (const { name, value } of namesIn(reading, token)) {
    const template = readTemplate(withSecrets(reading), value);
    const secret = template.kind === 'expression' ? /^secrets\.([\w-]+)$/i.exec(template.source.expr)?.[1] : undefined;
    if (secret !== undefined) secrets[name] = secret;
    else
      reading.findings.add(
        positionOf(value),
        `the secret "${name}" must be one of this workflow's, as a whole: write \${{ secrets.NAME }}, and pass all else by "with"`,
      );
  }
  return secrets;
}
