import { expect, test } from 'vitest';
import { TauError } from '../vocabulary/tau-error.js';
import { kernelAddress } from './kernel-address.js';

test.each([
  { text: '127.0.0.1:7420', local: true },
  { text: 'localhost:7420', local: true },
  { text: '[::1]:7420', local: true },
  { text: 'unix:///run/tau.sock', local: true },
  { text: 'kernel:7420', local: false },
  { text: 'https://tau.example.org:443', local: false },
  { text: '[2001:db8::1]:7420', local: false },
])('$text is an address', ({ text, local }) => {
  expect(kernelAddress(text)).toEqual({ target: text, local });
});

test.each([
  '',
  'localhost',
  ':7420',
  'a b:7420',
  '127.0.0.1:0',
  '127.0.0.1:65536',
  'unix:/run/tau.sock',
  'ftp://h:1',
  'h:1/path',
])('"%s" is none, and the error shows the forms', (text) => {
  expect(() => kernelAddress(text)).toThrow(TauError);
  expect(() => kernelAddress(text)).toThrow('use host:port, https://host:port or unix:///path');
});
