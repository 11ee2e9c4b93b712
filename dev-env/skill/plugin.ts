import { z } from 'zod';

const Name = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const Person = z.strictObject({ name: z.string().min(1), email: z.email().optional(), url: z.url().optional() });
/** Paths start at the plugin's folder and stay in it. */
const InsidePath = z.string().regex(/^\.\/(?!.*\.\.)/);
const Version = z.string().regex(/^\d+\.\d+\.\d+$/);

/** The fields of plugin.json that TAU uses, by the reference of plugin manifests; any other is a mistake. */
export const PluginManifest = z.strictObject({
  $schema: z.url().optional(),
  name: Name,
  version: Version,
  description: z.string().min(1),
  author: Person,
  license: z.string().min(1),
  keywords: z.array(z.string()),
  skills: z.union([InsidePath, z.array(InsidePath)]).optional(),
});

/** The fields of marketplace.json that TAU uses, by the reference of marketplaces. */
export const Marketplace = z.strictObject({
  $schema: z.url().optional(),
  name: Name,
  description: z.string().min(1),
  owner: Person,
  plugins: z
    .array(
      z.strictObject({
        name: Name,
        source: InsidePath,
        description: z.string().min(1),
        license: z.string().optional(),
      }),
    )
    .min(1),
});
