// What hosts of runs share with extensions, without the contract that extensions speak: they load in a fraction of the time.
export { type GrantLevel, type Grants, requireGrants } from '../extension/grants.js';
export { SecretMask } from '../extension/secret-mask.js';
export { secretMissing } from '../extension/secret-places.js';
export { type TakeOptions, takeJson } from '../extension/take-json.js';
export { endedBy, thrownError } from '../extension/thrown-error.js';
export { systemClock } from '../ports/system-clock.js';
export { systemRandom } from '../ports/system-random.js';
