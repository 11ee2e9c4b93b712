import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { printableConfig, readConfig } from './config.js';

const HOME = '/home/dev';

test('defaults', () => {
  expect(readConfig({}, { HOME })).toEqual({
    kernel: '127.0.0.1:7420',
    token: undefined,
    data: join(HOME, '.tau', 'local'),
    workflows: [],
    allowShell: undefined,
    instance: expect.stringMatching(/^local-[0-9a-f]{12}$/),
    json: false,
  });
  expect(readConfig({}, { HOME, XDG_STATE_HOME: '/state' }).data).toBe('/state/tau/local');
});

test('an option wins over a variable, a variable over the default', () => {
  const env = { HOME, TAU_KERNEL: 'kernel:1', TAU_TOKEN: 'secret' };
  expect(readConfig({}, env)).toMatchObject({ kernel: 'kernel:1', token: 'secret' });
  const options = {
    kernel: 'kernel:2',
    data: 'here',
    workflows: ['flows', 'more'],
    allowShell: '/srv/work',
    instance: 'one',
    json: true,
  };
  expect(readConfig(options, env)).toEqual({ ...options, data: resolve('here'), token: 'secret' });
});

test('the instance is the same for the same folder, and another for another', () => {
  const instanceOf = (data: string) => readConfig({ data }, {}).instance;
  expect(instanceOf('/data/a')).toBe(instanceOf('/data/b/../a'));
  expect(instanceOf('/data/a')).not.toBe(instanceOf('/data/b'));
});

test('is frozen, and printed without its token', () => {
  const config = readConfig({}, { HOME, TAU_TOKEN: 'secret-value' });
  expect(Object.isFrozen(config)).toBe(true);
  expect(printableConfig(config)).toMatchObject({ kernel: '127.0.0.1:7420', token: 'set' });
  expect(JSON.stringify(printableConfig(config))).not.toContain('secret-value');
  expect(printableConfig(readConfig({}, { HOME }))).toMatchObject({ token: 'none' });
});

test.each([
  [{ instance: 'a b' }, { HOME }, /^--instance: use 1 to 100 of /],
  [{ kernel: '' }, { HOME }, /^--kernel: it is empty; /],
  // Not the folder that the process happens to stand in.
  [{ data: '' }, { HOME }, /^--data: it is empty; /],
  [{ workflows: [''] }, { HOME }, /^--workflows: it is empty; /],
  [{ workflows: ['flows', './flows/deep/'] }, { HOME }, /^--workflows: ".\/flows\/deep\/" is within "flows"/],
  [{ workflows: ['flows', './flows'] }, { HOME }, /^--workflows: /],
  [{ allowShell: '' }, { HOME }, /^--allow-shell: it is empty; /],
  [{}, { HOME, TAU_TOKEN: '' }, /^TAU_TOKEN: it is empty; /],
  [{}, {}, /^--data: there is no home folder/],
])('%j with %j is refused by name', (options, env, message) => {
  expect(() => readConfig(options, env)).toThrow(
    expect.objectContaining({
      data: expect.objectContaining({ id: 'TAU-6001', message: expect.stringMatching(message) }),
    }),
  );
});
