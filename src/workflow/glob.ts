/** Longer patterns are a mistake, or meant to make matching slow. */
export const GLOB_CHARS_MAX = 1_024;

/** A pattern that is ready to be matched. */
export interface Glob {
  /** Whether it stands with `!` in front, and so takes out what earlier patterns took in. */
  readonly isNegative: boolean;
  matches(text: string): boolean;
}

/** A pattern, or what is wrong with it. */
export type ParsedGlob = { readonly ok: true; readonly glob: Glob } | { readonly ok: false; readonly problem: string };

/** One place of a pattern: what a character there must be, and how often it may come. */
interface Atom {
  readonly takes: (char: string) => boolean;
  /** May be passed over. */
  readonly optional: boolean;
  /** May take more than one character. */
  readonly repeats: boolean;
  /** Takes any text that ends in `/`, or nothing: the `**` and slash of a pattern such as `docs/**` + `/*.md`. */
  readonly folders?: true;
}

const any = (): boolean => true;
const inName = (char: string): boolean => char !== '/';

/**
 * GitHub's patterns for branches, tags and paths: `*` (any characters but `/`), `**` (any characters), `?` (the character
 * before, or none), `+` (the character before, once or more), `[...]` (one of these characters), `\` (the next character as
 * it is), and `!` in front. Matching takes time in proportion to pattern times text, whatever they are: no backtracking.
 *
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
 */
export function parseGlob(pattern: string): ParsedGlob {
  if (pattern.length > GLOB_CHARS_MAX) return wrong(`a pattern may have ${GLOB_CHARS_MAX} characters`);
  const isNegative = pattern.startsWith('!');
  const chars = [...(isNegative ? pattern.slice(1) : pattern)];
  if (chars.length === 0) return wrong('a pattern is empty');
  const atoms: Atom[] = [];
  let at = 0;
  while (at < chars.length) {
    const read = readAtom(chars, at, atoms);
    if ('problem' in read) return wrong(read.problem);
    at = read.next;
  }
  return { ok: true, glob: { isNegative, matches: (text) => run(atoms, text) } };
}

/**
 * Whether a list of patterns takes a text in: the last pattern that matches decides, and one with `!` in front takes out.
 */
export function globsTake(globs: readonly Glob[], text: string): boolean {
  let taken = false;
  for (const glob of globs) if (glob.isNegative === taken && glob.matches(text)) taken = !glob.isNegative;
  return taken;
}

function wrong(problem: string): ParsedGlob {
  return { ok: false, problem };
}

type Read = { readonly next: number } | { readonly problem: string };

/** Reads one place of a pattern into `atoms`. */
function readAtom(chars: readonly string[], at: number, atoms: Atom[]): Read {
  const char = chars[at] ?? '';
  switch (char) {
    case '*':
      return readStars(chars, at, atoms);
    case '?':
    case '+':
      return repeatLast(char, at, atoms);
    case '[':
      return readClass(chars, at, atoms);
    case '\\': {
      const next = chars[at + 1];
      if (next === undefined) return { problem: 'a pattern ends in "\\": write "\\\\" for the character itself' };
      atoms.push(once((given) => given === next));
      return { next: at + 2 };
    }
    default:
      atoms.push(once((given) => given === char));
      return { next: at + 1 };
  }
}

function once(takes: (char: string) => boolean): Atom {
  return { takes, optional: false, repeats: false };
}

function readStars(chars: readonly string[], at: number, atoms: Atom[]): Read {
  let end = at;
  while (chars[end] === '*') end += 1;
  if (end - at === 1) {
    atoms.push({ takes: inName, optional: true, repeats: true });
    return { next: end };
  }
  const startsFolder = at === 0 || chars[at - 1] === '/';
  if (startsFolder && chars[end] === '/') {
    atoms.push({ takes: any, optional: true, repeats: true, folders: true });
    return { next: end + 1 };
  }
  atoms.push({ takes: any, optional: true, repeats: true });
  return { next: end };
}

function repeatLast(char: '?' | '+', at: number, atoms: Atom[]): Read {
  const last = atoms.at(-1);
  if (last === undefined || last.optional || last.repeats) {
    const meant = `"${char}" repeats the character before it: write "\\${char}" for the character itself`;
    return { problem: last === undefined ? `a pattern starts with "${char}", and ${meant}` : meant };
  }
  atoms[atoms.length - 1] = { takes: last.takes, optional: char === '?', repeats: char === '+' };
  return { next: at + 1 };
}

function readClass(chars: readonly string[], at: number, atoms: Atom[]): Read {
  const end = chars.indexOf(']', at + 1);
  if (end < 0) return { problem: 'a pattern has "[" without "]": write "\\[" for the character itself' };
  const inside = chars.slice(at + 1, end);
  if (inside.length === 0) return { problem: 'a pattern has "[]", which matches nothing' };
  const single = new Set<string>();
  const ranges: (readonly [string, string])[] = [];
  for (let index = 0; index < inside.length; index += 1) {
    const from = inside[index] ?? '';
    const to = inside[index + 2];
    if (inside[index + 1] === '-' && to !== undefined) {
      if (!isRange(from, to))
        return { problem: `"${from}-${to}" is no range: write a-z, A-Z or 0-9, or a part of one` };
      ranges.push([from, to]);
      index += 2;
    } else {
      single.add(from);
    }
  }
  atoms.push(once((char) => single.has(char) || ranges.some(([from, to]) => char >= from && char <= to)));
  return { next: end + 1 };
}

function isRange(from: string, to: string): boolean {
  return [/^[a-z]$/, /^[A-Z]$/, /^[0-9]$/].some((kind) => kind.test(from) && kind.test(to)) && from <= to;
}

/** The ways through a pattern that are open: places before its atoms, and those within folders. Each place is in it once. */
interface Ways {
  readonly places: number[];
  /** At what character each place was entered last. */
  readonly entered: Int32Array;
}

/**
 * Follows all ways through a pattern at once. Place `n` stands before atom `n`; place `n + size` is within the folders that
 * atom `n` takes.
 */
function run(atoms: readonly Atom[], text: string): boolean {
  const size = atoms.length + 1;
  let ways: Ways = { places: [], entered: new Int32Array(2 * size).fill(-1) };
  let next: Ways = { places: [], entered: new Int32Array(2 * size).fill(-1) };
  let at = 0;
  enter(atoms, ways, 0, at);
  for (const char of text) {
    at += 1;
    next.places.length = 0;
    for (const place of ways.places) {
      const atom = atoms[place % size];
      if (atom === undefined || !atom.takes(char)) continue;
      if (atom.folders === true) {
        add(next, place < size ? place + size : place, at);
        if (char === '/') enter(atoms, next, (place % size) + 1, at);
      } else {
        if (atom.repeats) add(next, place, at);
        enter(atoms, next, place + 1, at);
      }
    }
    [ways, next] = [next, ways];
    if (ways.places.length === 0) return false;
  }
  return ways.entered[atoms.length] === at;
}

function add({ places, entered }: Ways, place: number, at: number): boolean {
  if (entered[place] === at) return false;
  entered[place] = at;
  places.push(place);
  return true;
}

/** Adds a place, and those behind it that can be reached without a character. */
function enter(atoms: readonly Atom[], ways: Ways, from: number, at: number): void {
  for (let place = from; add(ways, place, at) && atoms[place]?.optional === true; place += 1);
}
