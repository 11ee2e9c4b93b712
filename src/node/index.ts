export { systemClock } from '../ports/system-clock.js';
export { systemRandom } from '../ports/system-random.js';
