import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** 64 bits: two versions of one definition never meet by chance. */
const VERSION_CHARS = 16;

const versions = new WeakMap<object, { readonly programKind: string; readonly version: string }>();

/**
 * The version of a definition: 16 hex digits, the beginning of SHA-256 over the program's kind, a zero byte and the
 * definition's JSON text. Formatting and comments of the source make no new version; the order of members does, since updates of a
 * graph are applied in the order of its nodes, and so does what a source's reader puts into the definition, such as line numbers.
 * Computed once for each object.
 *
 * @param definition plain JSON, as a language's `parse` gives it.
 */
export function versionOf(programKind: string, definition: unknown): string {
  if (typeof definition !== 'object' || definition === null) return hashOf(programKind, definition);
  const known = versions.get(definition);
  if (known?.programKind === programKind) return known.version;
  const version = hashOf(programKind, definition);
  versions.set(definition, { programKind, version });
  return version;
}

function hashOf(programKind: string, definition: unknown): string {
  const text = `${programKind}\0${JSON.stringify(definition)}`;
  return bytesToHex(sha256(utf8ToBytes(text))).slice(0, VERSION_CHARS);
}
