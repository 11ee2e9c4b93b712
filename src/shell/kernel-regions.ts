import { HOST_SESSIONS, type RegionId, regionId } from 'tau-core';

/** The region whose journal has the definitions. */
export const CATALOGUE_REGION: RegionId = HOST_SESSIONS.definitions;
/** Definitions put before a journal was attached, until there is one. */
export const VOLATILE_CATALOGUE_REGION: RegionId = regionId('tau/definitions.volatile');
/** The region of the runs that are the schedules of definitions. */
export const SCHEDULE_REGION: RegionId = HOST_SESSIONS.schedules;
