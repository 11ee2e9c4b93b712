/**
 * Runs a script. Input `{ script, shell?, workingDirectory?, env, path? }`: `path` are directories that go in front of
 * PATH, the newest first. Output `{ exitCode, outputs?, env?, path?, summary? }`. An exit code other than 0 is a failed
 * call, STEP_FAILED.
 */
export const SHELL_CAPABILITY = 'tool:shell@v1';

/** Hashes the files that patterns take in. Input `{ patterns: [...] }`; output a text, empty when there is no such file. */
export const HASH_FILES_CAPABILITY = 'tool:hash-files@v1';
