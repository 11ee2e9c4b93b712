/**
 * A path, or the id of what is asked there, in words: a flow as a whole goes by its name, the last choice of a route by the word
 * for it, and steps, which only tell calls of different times apart, are left out.
 */
export function placeWords(path: string, runName: string | undefined): string {
  return path
    .replace(/^\$root(?=$|:)/, runName ?? 'the run')
    .replaceAll('$otherwise', 'otherwise')
    .replace(/@\d+/g, '');
}
