import type * as kernelv1 from '../contract/kernel-v1.js';
import type { Diagnostic } from '../vocabulary/program.js';
import type { ClientContext } from './client-context.js';

/** A definition in service. */
export interface DefinitionView {
  /** Usually the file's path, e.g. `.tau/workflows/triage.yml`. */
  readonly name: string;
  /** The program that runs it, e.g. `workflow`. */
  readonly program: string;
  /** Hash of its content. */
  readonly version: string;
  /** Event types that start a run. */
  readonly triggers: readonly string[];
  /** When runs start by themselves. */
  readonly times: readonly StartTime[];
  /** Whether it says that clients start runs of it, and calls of other runs. Both are false of a kernel older than 0.3. */
  readonly byHand: boolean;
  readonly byCall: boolean;
}

/** A rule of time by which runs start: cron in an IANA time zone, every so many milliseconds, or once (RFC 3339). */
export type StartTime =
  | { readonly cron: string; readonly zone: string }
  | { readonly everyMs: number }
  | { readonly at: string };

/** A definition to be put in service. */
export interface PutDefinition {
  readonly name: string;
  readonly source: string;
  /** Default `workflow`. */
  readonly program?: string;
  /** Check only: nothing is activated. */
  readonly validateOnly?: boolean;
}

/** What came of it. A refused definition leaves the version that was active in service. */
export type PutDefinitionResult =
  | {
      readonly accepted: true;
      readonly definition: DefinitionView;
      readonly changed: boolean;
      /** What to look at before a run starts, such as a definition that it refers to and that is not in service. */
      readonly warnings: readonly Diagnostic[];
    }
  | { readonly accepted: false; readonly diagnostics: readonly Diagnostic[] };

/** Definitions of programs. */
export interface DefinitionCalls {
  putDefinition(definition: PutDefinition): Promise<PutDefinitionResult>;
  listDefinitions(): Promise<readonly DefinitionView[]>;
  /** Removes a definition from service; runs of it go on. @throws TauError NOT_FOUND */
  deleteDefinition(name: string): Promise<void>;
}

export function definitionCalls({ channel: { definitions } }: ClientContext): DefinitionCalls {
  return {
    async putDefinition({ name, source, program = 'workflow', validateOnly = false }) {
      return resultOf(await definitions.putDefinition({ name, source, program, validateOnly }));
    },
    async listDefinitions() {
      return (await definitions.listDefinitions({})).definitions.map(viewOf);
    },
    async deleteDefinition(name) {
      await definitions.deleteDefinition({ name });
    },
  };
}

function resultOf(response: kernelv1.PutDefinitionResponse): PutDefinitionResult {
  const { definition, diagnostics, changed, warnings } = response;
  return definition === undefined
    ? { accepted: false, diagnostics }
    : { accepted: true, definition: viewOf(definition), changed, warnings };
}

function viewOf({ times, ...definition }: kernelv1.Definition): DefinitionView {
  return { ...definition, times: times.flatMap(timeOf) };
}

/** None for a rule of a newer kernel. */
function timeOf({ rule, zone }: kernelv1.StartTime): readonly StartTime[] {
  switch (rule?.$case) {
    case 'cron':
      return [{ cron: rule.value, zone }];
    case 'everyMs':
      return [{ everyMs: rule.value }];
    case 'at':
      return [{ at: rule.value }];
    default:
      return [];
  }
}
