import { type RegionId, regionId } from './ids.js';
import { tauError } from './tau-error.js';

/** Sessions that are a host's own: all whose names begin so. */
export const HOST_SESSIONS = {
  /** The definitions in service. */
  definitions: regionId('tau/definitions'),
  /** The runs that are the schedules of definitions. */
  schedules: regionId('tau/schedules'),
} as const;

/**
 * A session that programs and clients may write to.
 *
 * @throws TauError DENIED for a host's own, INVALID_ARGUMENT for what is no session id.
 */
export function writableSession(text: string): RegionId {
  if (Object.values(HOST_SESSIONS).some((own) => text.startsWith(own)))
    throw tauError('DENIED', `"${text}" belongs to the kernel; use the definition service`);
  return regionId(text);
}
