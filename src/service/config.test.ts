import { describe, expect, it } from 'vitest';
import { printableConfig, readConfig } from './config.js';

const env = { GITHUB_TOKEN: 'a-token', GITHUB_WEBHOOK_SECRET: 'a-secret' };

describe('the configuration', () => {
  it('has defaults for all but the secrets', () => {
    expect(readConfig({}, env)).toEqual({
      kernel: '127.0.0.1:7420',
      listen: { host: '127.0.0.1', port: 7480 },
      apiUrl: 'https://api.github.com',
      token: 'a-token',
      webhookSecret: 'a-secret',
      instance: 'tau-ext-github',
      payloadMax: 2 * 1024 * 1024,
      json: false,
    });
  });

  it('takes an option before a variable', () => {
    const variables = {
      ...env,
      TAU_KERNEL: 'kernel:1',
      TAU_TOKEN: 't',
      GITHUB_API_URL: 'https://github.example.org/api/v3/',
    };
    expect(readConfig({}, variables)).toMatchObject({
      kernel: 'kernel:1',
      kernelToken: 't',
      apiUrl: 'https://github.example.org/api/v3',
    });
    const options = { kernel: 'kernel:2', apiUrl: 'http://localhost:4001', token: 'o', webhookSecret: 's' };
    expect(readConfig(options, variables)).toMatchObject(options);
  });

  it.each([
    [{ listen: '[::1]:0' }, { listen: { host: '::1', port: 0 } }],
    [{ listen: 'localhost:80' }, { listen: { host: 'localhost', port: 80 } }],
    [{ payloadMax: '1MiB' }, { payloadMax: 1_048_576 }],
    [{ payloadMax: '64kib' }, { payloadMax: 65_536 }],
    [{ payloadMax: '100000' }, { payloadMax: 100_000 }],
    [{ botLogin: 'my-app[bot]' }, { botLogin: 'my-app[bot]' }],
  ])('takes %j', (options, expected) => {
    expect(readConfig(options, env)).toMatchObject(expected);
  });

  it.each([
    [{ listen: '7480' }, /^--listen: write it as host:port/],
    [{ listen: '127.0.0.1:70000' }, /^--listen: /],
    [{ apiUrl: 'github.example.org' }, /^--api-url: write it as https:/],
    [{ apiUrl: 'ftp://github.example.org' }, /^--api-url: /],
    [{ apiUrl: 'https://me:secret@github.example.org' }, /^--api-url: /],
    [{ payloadMax: '5MiB' }, /^--payload-max: .*16KiB to 4MiB/],
    [{ payloadMax: '1k' }, /^--payload-max: /],
    [{ botLogin: 'a b' }, /^--bot-login: /],
    [{ instance: '' }, /^--instance: /],
    [{ kernel: '' }, /^--kernel: /],
  ])('refuses %j by name', (options, message) => {
    expect(() => readConfig(options, env)).toThrow(
      expect.objectContaining({
        data: expect.objectContaining({ id: 'TAU-6001', message: expect.stringMatching(message) }),
      }),
    );
  });

  it.each([
    [{ ...env, GITHUB_TOKEN: undefined }, /set GITHUB_TOKEN/],
    [{ ...env, GITHUB_TOKEN: '' }, /set GITHUB_TOKEN/],
    [{ ...env, GITHUB_WEBHOOK_SECRET: undefined }, /set GITHUB_WEBHOOK_SECRET/],
  ])('says what to set when a secret is missing: %j', (variables, message) => {
    expect(() => readConfig({}, variables)).toThrow(
      expect.objectContaining({
        data: expect.objectContaining({ id: 'TAU-6003', message: expect.stringMatching(message) }),
      }),
    );
  });

  it('is frozen, and printed without its secrets', () => {
    const config = readConfig({}, { ...env, TAU_TOKEN: 'the-kernels' });
    expect(Object.isFrozen(config)).toBe(true);
    expect(printableConfig(config)).toMatchObject({ token: 'set', webhookSecret: 'set', kernelToken: 'set' });
    expect(JSON.stringify(printableConfig(config))).not.toMatch(/a-token|a-secret|the-kernels/);
  });
});
