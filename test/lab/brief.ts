/** A value on one line, for people: names without quotes, undefined members left out. */
export function brief(value: unknown): string {
  if (typeof value === 'string') return /^[A-Za-z0-9_./:@#*-]+$/.test(value) ? value : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(brief).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `{${Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([name, member]) => `${name}: ${brief(member)}`)
    .join(', ')}}`;
}

/** Members as `name=value`, those left out that are named. */
export function members(value: object, except: readonly string[] = []): string {
  return Object.entries(value)
    .filter(([name, member]) => member !== undefined && !except.includes(name))
    .map(([name, member]) => ` ${name}=${brief(member)}`)
    .join('');
}
