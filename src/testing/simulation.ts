export { type EventuallyOptions, eventually } from './eventually.js';
export {
  type JournalFault,
  type JournalOperation,
  MemoryJournal,
  type MemoryJournalOptions,
} from './memory-journal.js';
export { type SeededRandom, seededRandom } from './seeded-random.js';
export { VirtualClock, type VirtualClockOptions } from './virtual-clock.js';
export { World, type WorldOptions } from './world.js';
