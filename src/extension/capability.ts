import type { z } from 'zod';
import { isJsonObject, type Json, type JsonObject } from '../vocabulary/json.js';
import { type TauError, tauError } from '../vocabulary/tau-error.js';
import type { Grants } from './grants.js';
import type { Handler, WorkContext } from './handler.js';
import { jsonSchemaOf } from './require-input.js';

/** Who of a capability's instances gets a piece of work. */
export type CapabilityRouting = 'any' | 'sticky' | 'leader';

/** What an extension offers, as `capability` or `action` made it. */
export interface Capability {
  /** e.g. `action`. */
  readonly kind: string;
  /** e.g. `github/comment@v1`. */
  readonly name: string;
  readonly routing: CapabilityRouting;
  readonly description: string;
  /** JSON Schema of the input; absent takes any JSON object. */
  readonly inputSchema: JsonObject | undefined;
  /** What it needs to be granted; work that was granted less is refused with DENIED. */
  readonly grants?: Grants;
  /** Checks the input, then runs the handler. Throws WORK_REFUSED or what the handler throws. */
  readonly invoke: (input: Json, context: WorkContext) => Promise<Json> | Json;
}

/** How a capability presents itself. */
export interface CapabilityOptions<Input> {
  /** One line for people and for models. */
  readonly description: string;
  /** What it takes; synchronous checks only. Absent takes any JSON object. */
  readonly input?: z.ZodType<Input>;
  /** Default `any`. */
  readonly routing?: CapabilityRouting;
  /**
   * What it needs, by scope: `{ issues: 'write' }`. Work whose caller was granted less fails with DENIED before the handler
   * is called; work without grants has no bound.
   */
  readonly grants?: Grants;
}

const NAME_PATTERN = /^[a-z][a-z0-9-]*:[A-Za-z0-9][A-Za-z0-9._/@-]{0,199}$/;

/** Of an input's faults, as many are told. */
const ISSUES_MAX = 10;

/**
 * A capability: a name `<kind>:<name>` that programs call, and the handler that does the work.
 *
 * @throws TauError INVALID_ARGUMENT when the name has another form.
 */
export function capability<Input = JsonObject>(
  fullName: string,
  options: CapabilityOptions<Input>,
  handler: Handler<Input>,
): Capability {
  if (!NAME_PATTERN.test(fullName)) {
    throw tauError(
      'INVALID_ARGUMENT',
      `"${fullName}" is no capability name: use <kind>:<name>, such as action:github/comment@v1`,
    );
  }
  const colon = fullName.indexOf(':');
  const { input: schema } = options;
  return {
    kind: fullName.slice(0, colon),
    name: fullName.slice(colon + 1),
    routing: options.routing ?? 'any',
    description: options.description,
    inputSchema: schema && jsonSchemaOf(schema),
    ...(options.grants && { grants: options.grants }),
    invoke: (input, context) =>
      handler(schema === undefined ? anyObject<Input>(fullName, input) : checked(fullName, schema, input), context),
  };
}

/** A capability of kind `action`: what a workflow step names in `uses`. */
export function action<Input = JsonObject>(
  name: string,
  options: CapabilityOptions<Input>,
  handler: Handler<Input>,
): Capability {
  return capability(`action:${name}`, options, handler);
}

/** Without a schema the input is a `JsonObject`. It was read from JSON text: there is nothing to look for within. */
function anyObject<Input>(fullName: string, input: Json): Input {
  if (isJsonObject(input)) return input as Input;
  throw refused(fullName, [{ path: '', message: 'an object is expected' }]);
}

function checked<Input>(fullName: string, schema: z.ZodType<Input>, input: Json): Input {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issues = result.error.issues.slice(0, ISSUES_MAX).map((issue) => ({
    path: issue.path.map(String).join('.'),
    message: issue.message,
  }));
  throw refused(fullName, issues);
}

function refused(fullName: string, issues: { path: string; message: string }[]): TauError {
  const text = issues.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`)).join('; ');
  return tauError('WORK_REFUSED', `input of ${fullName} is refused: ${text}`, { details: { issues } });
}
