/** Nodes of one definition, all levels together: a plan of them is made in tens of milliseconds. */
export const FLOW_NODES_MAX = 10_000;

/** Levels of nodes, the root's included: deciding recurses over them. */
export const FLOW_DEPTH_MAX = 32;

/** About the UTF-16 units of a definition as compact JSON text: definitions are journaled, and sent over gRPC. */
export const FLOW_CHARS_MAX = 1_048_576;

/** UTF-16 units of a file: it has white space, too. */
export const FLOW_SOURCE_CHARS_MAX = 4 * FLOW_CHARS_MAX;

/** Levels of lists and objects in `input`, `writes` and other values: evaluating them recurses. */
export const VALUE_DEPTH_MAX = 32;

/** Levels of JSON in all: those of the nodes, three each, and of a value in the innermost one. */
export const FLOW_JSON_DEPTH_MAX = 3 * FLOW_DEPTH_MAX + VALUE_DEPTH_MAX + 16;

/** Rounds of a loop. */
export const ROUNDS_MAX = 100_000;

/** Steps of a graph. */
export const GRAPH_STEPS_MAX = 1_000_000;

/** 366 days: timeouts, deadlines and waits that are longer belong to a schedule. */
export const DURATION_MS_MAX = 31_622_400_000;

/** Tries of a call. */
export const ATTEMPTS_MAX = 1_000;

/** Characters of a name. */
export const NAME_CHARS_MAX = 100;

/** Characters of a question, and of a lock's key. */
export const TEXT_CHARS_MAX = 10_000;

/** Findings about one definition: what is behind them follows from the first ones. */
export const FINDINGS_MAX = 100;
