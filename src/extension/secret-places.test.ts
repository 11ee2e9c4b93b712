import { afterEach, expect, test, vi } from 'vitest';
import { environmentSecrets, openSecrets, secretVariable } from './secret-places.js';

const values: { readonly [name: string]: string } = { TOKEN: 't-123', USER: 'mona' };
const secrets = (name: string): string | undefined => values[name];

afterEach(() => vi.unstubAllEnvs());

test('secrets are put in at their pointers, with the text around them', () => {
  const input = { env: { 'A/B': '***', 'C~D': '***' }, list: ['x', '***'], plain: 1 };
  const opened = openSecrets(
    input,
    {
      '/env/A~1B': ['Bearer ', { secret: 'TOKEN' }],
      '/env/C~0D': [{ secret: 'USER' }, ':', { secret: 'TOKEN' }],
      '/list/1': [{ secret: 'USER' }],
    },
    secrets,
  );
  expect(opened.input).toEqual({ env: { 'A/B': 'Bearer t-123', 'C~D': 'mona:t-123' }, list: ['x', 'mona'], plain: 1 });
  expect(opened.values).toEqual(['t-123', 'mona']);
});

test('a secret without a value is SECRET_MISSING, by name and with what to set', () => {
  expect(() => openSecrets({ a: '***' }, { '/a': [{ secret: 'no-one' }] }, secrets)).toThrow(
    expect.objectContaining({
      data: expect.objectContaining({ id: 'TAU-3010', message: expect.stringContaining('TAU_SECRET_NO_ONE') }),
    }),
  );
});

test.each(['/b', '/a/b', '/__proto__', '/list/7', '/constructor/name'])(
  'a pointer to nothing is refused: %s',
  (pointer) => {
    expect(() => openSecrets({ a: '***', list: [] }, { [pointer]: ['x'] }, secrets)).toThrow('no place');
  },
);

test('by default secrets come from the environment, read when they are needed', () => {
  expect(secretVariable('my token.2')).toBe('TAU_SECRET_MY_TOKEN_2');
  expect(environmentSecrets('unset-for-sure')).toBeUndefined();
  vi.stubEnv('TAU_SECRET_DEPLOY_KEY', 'k');
  expect(environmentSecrets('deploy_key')).toBe('k');
});
