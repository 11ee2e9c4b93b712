// What hosts of runs share with extensions, and what the processes of extensions share, without the contract that they speak: it
// loads in a fraction of the time.
export { type GrantLevel, type Grants, requireGrants } from '../extension/grants.js';
export { SecretMask } from '../extension/secret-mask.js';
export { secretMissing } from '../extension/secret-places.js';
export { type TakeOptions, takeJson } from '../extension/take-json.js';
export { endedBy, thrownError } from '../extension/thrown-error.js';
export { systemClock } from '../ports/system-clock.js';
export { systemRandom } from '../ports/system-random.js';
export { type Failure, failureLine, failureOf } from './failure.js';
export { endQuietlyOnBrokenPipe, stopSignal } from './process-signals.js';
export { lineReport, printable, type Report, type TextSink } from './report.js';
export { type RunningService, runService, type ServiceCommand, type ServiceProcess } from './service-command.js';
export { StateReport, type StateReportOptions } from './state-report.js';
