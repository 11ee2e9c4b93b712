import { plainNumber } from '../expression/bounded-json.js';
import type { InputDefinition } from './definition.js';

/** A value as an input of its type, or undefined when it is none. Forms and command lines give all values as text. */
export function inputValue(
  input: InputDefinition,
  given: string | number | boolean,
): string | number | boolean | undefined {
  switch (input.type) {
    case 'string':
      return String(given);
    case 'choice':
      return input.options?.find((option) => option === String(given));
    case 'boolean':
      if (given === 'true' || given === 'false') return given === 'true';
      return typeof given === 'boolean' ? given : undefined;
    case 'number': {
      const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
      return typeof number === 'number' && Number.isFinite(number) ? plainNumber(number) : undefined;
    }
  }
}

/** What an input takes, in words. */
export function expectation(input: InputDefinition): string {
  switch (input.type) {
    case 'choice':
      return `one of ${(input.options ?? []).join(', ')}`;
    case 'boolean':
      return 'true or false';
    case 'number':
      return 'a number';
    case 'string':
      return 'text';
  }
}
