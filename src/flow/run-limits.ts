/**
 * Events of one decision. More of them come only of a flow that goes round and round without waiting for anything: it fails
 * with STEPS_EXCEEDED, so that a decision always ends.
 */
export const DECISION_EVENTS_MAX = 250_000;

/** About the characters of what one decision puts into its events: they are one record of a journal. */
export const DECISION_CHARS_MAX = 134_217_728;

/**
 * About the characters of a value that comes into a run, as JSON text, and of the state of a graph: more fail with LIMIT_EXCEEDED,
 * as what is made of itself again and again does.
 */
export const VALUE_CHARS_MAX = 8_388_608;

/** Levels of lists and objects in such a value: what is deeper cannot be written as JSON everywhere. */
export const VALUE_LEVELS_MAX = 128;

/** Messages that a run keeps for nodes to come, and their characters: more are refused. */
export const INBOX_MESSAGES_MAX = 1_000;
export const INBOX_CHARS_MAX = 8_388_608;

/** What may be due in one step of a graph, and items of a map: more fail with LIMIT_EXCEEDED. Lists that grow by their own items do. */
export const WIDTH_MAX = 100_000;
