import { type RegionId, regionId, tauError } from 'tau-core';

/** The region whose journal has the definitions. */
export const CATALOGUE_REGION: RegionId = regionId('tau/definitions');
/** Definitions put before a journal was attached, until there is one. */
export const VOLATILE_CATALOGUE_REGION: RegionId = regionId('tau/definitions.volatile');
/** The region of the runs that are the schedules of definitions. */
export const SCHEDULE_REGION: RegionId = regionId('tau/schedules');

/** Regions whose names begin so are the kernel's own: others read them, and write through their services only. */
const KERNEL_REGIONS: readonly string[] = [CATALOGUE_REGION, SCHEDULE_REGION];

/** A session id that clients and programs may write to. @throws TauError INVALID_ARGUMENT, DENIED */
export function writableRegion(text: string): RegionId {
  if (KERNEL_REGIONS.some((own) => text.startsWith(own)))
    throw tauError('DENIED', `"${text}" belongs to the kernel; use the definition service`);
  return regionId(text);
}
