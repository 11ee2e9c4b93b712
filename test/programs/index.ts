import type { Programs } from '../../src/machines/region/programs.js';
import { hosted } from '../../src/machines/region/programs.js';
import { erraticLanguage } from './erratic.js';
import { obedientLanguage } from './obedient.js';
import { scriptedLanguage } from './scripted.js';
import { throwingLanguage } from './throwing.js';

/** The programs that tests host, by kind. */
export const testPrograms: Programs = new Map(
  [hosted(scriptedLanguage), hosted(obedientLanguage), hosted(throwingLanguage), hosted(erraticLanguage)].map(
    (language) => [language.program.kind, language],
  ),
);
