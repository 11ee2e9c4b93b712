/**
 * Events of one decision. More of them come only of a flow that goes round and round without waiting for anything: it fails
 * with STEPS_EXCEEDED, so that a decision always ends.
 */
export const DECISION_EVENTS_MAX = 250_000;

/** What may be due in one step of a graph, and items of a map: more fail with LIMIT_EXCEEDED. Lists that grow by their own items do. */
export const WIDTH_MAX = 100_000;
