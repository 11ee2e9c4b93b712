import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { isPermissive } from './licence.ts';
import type { Npm } from './npm.ts';
import type { PackageManifest } from './package-files.ts';

const LICENCE = z.union([
  z.object({ license: z.looseObject({ id: z.string().optional(), name: z.string().optional() }) }),
  z.object({ expression: z.string() }),
]);

const COMPONENT = z.looseObject({
  'bom-ref': z.string(),
  type: z.string(),
  name: z.string(),
  version: z.string(),
  purl: z.string(),
  licenses: z.array(LICENCE).optional(),
  externalReferences: z.array(z.looseObject({ type: z.string(), url: z.string() })).optional(),
});

const BILL = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  specVersion: z.string(),
  metadata: z.looseObject({ component: COMPONENT }),
  components: z.array(COMPONENT),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).optional() })),
});

type Component = z.infer<typeof COMPONENT>;

/** A software bill of materials in CycloneDX's form: what a library brings along when it is installed. */
export type Bill = z.infer<typeof BILL>;

/** A package that a library brings along. */
export interface Material {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression; empty when the package names none. */
  readonly licence: string;
}

/** References without where this run happened to download from: that is a registry on this machine. */
function withoutDistribution(component: Component): Component {
  const { externalReferences = [], ...rest } = component;
  return { ...rest, externalReferences: externalReferences.filter(({ type }) => type !== 'distribution') };
}

/** Packages whose code stands in what was built, as the source maps tell. */
export function bundledPackages(folder: string): readonly string[] {
  const names = new Set<string>();
  for (const file of globSync('dist/**/*.js.map', { cwd: folder })) {
    const { sources } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { sources: readonly string[] };
    for (const source of sources) {
      const path = source.split('node_modules/').slice(1).at(-1);
      if (path !== undefined)
        names.add(
          path
            .split('/')
            .slice(0, path.startsWith('@') ? 2 : 1)
            .join('/'),
        );
    }
  }
  return [...names].sort();
}

function bundledComponent(folder: string, name: string): Component {
  const text = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8');
  const { version, license = '' } = JSON.parse(text) as { version: string; license?: string };
  return {
    'bom-ref': `${name}@${version}`,
    type: 'library',
    name,
    version,
    scope: 'required',
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    licenses: license === '' ? [] : [/[\s(]/.test(license) ? { expression: license } : { license: { id: license } }],
    properties: [{ name: 'cdx:npm:package:bundled', value: 'true' }],
  };
}

/**
 * Takes away what is only for development. `npm sbom --omit=dev` does not do: it leaves out every package that a
 * devDependency takes as well.
 */
async function keepProduction(npm: Npm, folder: string): Promise<void> {
  const file = join(folder, 'package.json');
  const { devDependencies: _, ...rest } = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>;
  writeFileSync(file, `${JSON.stringify(rest, null, 2)}\n`);
  await npm.run(folder, 'prune');
}

/**
 * The bill of a library that was installed and built alone. What is built into it is in it as well. Afterwards the
 * folder has no devDependencies any more.
 */
export async function billOfMaterials(npm: Npm, folder: string): Promise<Bill> {
  const builtIn = bundledPackages(folder).map((name) => bundledComponent(folder, name));
  await keepProduction(npm, folder);
  const bill = BILL.parse(JSON.parse(await npm.run(folder, 'sbom', '--sbom-format=cyclonedx', '--sbom-type=library')));
  const known = new Set(bill.components.map(({ name }) => name));
  const bundled = builtIn.filter(({ name }) => !known.has(name));
  const root = bill.metadata.component['bom-ref'];
  return {
    ...bill,
    components: [...bill.components.map(withoutDistribution), ...bundled],
    dependencies: [
      ...bill.dependencies.map((one) =>
        one.ref === root
          ? { ...one, dependsOn: [...(one.dependsOn ?? []), ...bundled.map((component) => component['bom-ref'])] }
          : one,
      ),
      ...bundled.map((component) => ({ ref: component['bom-ref'], dependsOn: [] })),
    ],
  };
}

/** The packages of a bill, with their licences. */
export function materials(bill: Bill): readonly Material[] {
  return bill.components.map(({ name, version, licenses = [] }) => {
    const names = licenses.map((one) =>
      'expression' in one ? one.expression : (one.license.id ?? one.license.name ?? ''),
    );
    return {
      name,
      version,
      licence: names.length > 1 ? names.map((text) => `(${text})`).join(' AND ') : (names[0] ?? ''),
    };
  });
}

/** Packages whose licence is not permissive, or unknown; and those built in that the notices leave out. */
export function licenceProblems(bill: Bill, folder: string, { dependencies }: PackageManifest): readonly string[] {
  const refused = materials(bill)
    .filter(({ licence }) => !isPermissive(licence))
    .map(({ name, version, licence }) => `${name}@${version}: ${licence === '' ? 'no licence' : licence}`);
  const declared = new Set(Object.keys(dependencies ?? {}));
  const [notices] = globSync('THIRD-PARTY.md', { cwd: folder }).map((file) => readFileSync(join(folder, file), 'utf8'));
  const unnamed = bundledPackages(folder)
    .filter((name) => !declared.has(name) && !(notices ?? '').includes(name))
    .map((name) => `${name} is built in, and THIRD-PARTY.md does not have its licence`);
  return [...refused, ...unnamed];
}
