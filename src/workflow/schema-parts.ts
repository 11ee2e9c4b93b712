import type { Definition } from '@actions/workflow-parser/templates/schema/definition';
import { MappingDefinition } from '@actions/workflow-parser/templates/schema/mapping-definition';
import { OneOfDefinition } from '@actions/workflow-parser/templates/schema/one-of-definition';
import { PropertyDefinition } from '@actions/workflow-parser/templates/schema/property-definition';
import { TemplateSchema } from '@actions/workflow-parser/templates/schema/template-schema';
import { StringToken } from '@actions/workflow-parser/templates/tokens/index';

/** A schema with the same definitions as another: what is then put in the place of one leaves the other as it is. */
export function schemaLike(other: TemplateSchema): TemplateSchema {
  const schema = new TemplateSchema();
  for (const [name, definition] of Object.entries(other.definitions)) schema.definitions[name] = definition;
  return schema;
}

/** A mapping that starts as a copy of another. */
export function mapping(key: string, from?: Definition): MappingDefinition {
  const made = new MappingDefinition(key);
  if (!(from instanceof MappingDefinition)) return made;
  made.readerContext.push(...from.readerContext);
  made.looseKeyType = from.looseKeyType;
  made.looseValueType = from.looseValueType;
  for (const [name, definition] of Object.entries(from.properties)) made.properties[name] = definition;
  return made;
}

export function oneOf(key: string, names: readonly string[]): OneOfDefinition {
  const made = new OneOfDefinition(key);
  made.oneOf.push(...names);
  return made;
}

/** A member of a mapping that may be left out. */
export function property(type: string): PropertyDefinition {
  return new PropertyDefinition(new StringToken(undefined, undefined, type, undefined));
}
