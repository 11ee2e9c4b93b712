import { errorData } from 'tau-core';
import { describe, expect, test } from 'vitest';
import { DispatchLab, effectsOf, manifest, refIn, sent } from '../../../test/lab/dispatch-lab.js';
import { GONE_MAX } from './state.js';

const refused = (lab: DispatchLab, ...args: Parameters<typeof manifest>) =>
  effectsOf(lab.tell({ type: 'register', manifest: manifest(...args) }), 'refuse').map((effect) => effect.error.id);

test('one life of a process has one registration, however often it asks', () => {
  const lab = new DispatchLab();
  expect([lab.register('x'), lab.register('x'), lab.register('y')]).toEqual(['k.1', 'k.1', 'k.2']);
});

describe('a new life of an instance', () => {
  test('takes the place of the old one, which is told, and whose work is lost', () => {
    const lab = new DispatchLab();
    const old = lab.attach('x');
    lab.add('r1/a');
    const effects = lab.tell({ type: 'register', manifest: manifest('x', { incarnation: '2' }) });
    expect(effectsOf(effects, 'close')).toMatchObject([{ registrationId: old, error: { id: 'TAU-3007' } }]);
    expect(effectsOf(effects, 'lost').map((effect) => effect.order.workId)).toEqual(['r1/a']);
    expect(effectsOf(effects, 'registered')).toEqual([{ type: 'registered', registrationId: 'k.2' }]);
    expect([...lab.state.instances.keys()]).toEqual(['k.2']);
  });

  test('gets the work that the old one had, once its region asks for it again', () => {
    const lab = new DispatchLab();
    lab.attach('x');
    lab.add('r1/a');
    const next = lab.attach('x', { incarnation: '2' });
    expect(sent(lab.add('r1/a', { attempt: 2, redelivered: true }))).toEqual([`r1/a@${next}`]);
  });

  test('is taken where there is no room for another instance', () => {
    const lab = new DispatchLab({ instancesMax: 1 });
    lab.register('x');
    expect(refused(lab, 'y')).toEqual(['TAU-1007']);
    expect(refused(lab, 'x', { incarnation: '2' })).toEqual([]);
  });

  test('frames of the old one are of nobody', () => {
    const lab = new DispatchLab();
    const old = lab.attach('x');
    const ref = refIn(lab.add('r1/a'));
    lab.attach('x', { incarnation: '2' });
    expect([lab.result(old, ref), lab.credit(old, 5), lab.tell({ type: 'cut', registrationId: old })]).toEqual([
      [],
      [],
      [],
    ]);
    expect(effectsOf(lab.hello(old), 'close')).toMatchObject([{ registrationId: old, error: { id: 'TAU-3008' } }]);
  });
});

describe('refusals', () => {
  test.each([
    ['a name', { name: '' }],
    ['an instance', { instanceId: '' }],
    ['an incarnation', { incarnation: '' }],
  ])('%s is needed', (_what, missing) => {
    const lab = new DispatchLab();
    const effects = lab.tell({ type: 'register', manifest: { ...manifest('x'), ...missing } });
    expect(effectsOf(effects, 'refuse')).toMatchObject([{ error: { id: 'TAU-3006' } }]);
  });

  test('there is one journal; a new life of its instance may follow it, and another one once it is gone', () => {
    const lab = new DispatchLab();
    const offers = { 'journal:main': 'any' } as const;
    lab.register('x', { offers });
    expect(refused(lab, 'y', { offers })).toEqual(['TAU-3006']);
    expect(refused(lab, 'x', { offers, incarnation: '2' })).toEqual([]);
    lab.advance(10_000);
    expect(refused(lab, 'y', { offers })).toEqual([]);
  });

  test('once a journal was read, that of another instance is another journal', () => {
    const offers = { 'journal:main': 'any' } as const;
    const lab = new DispatchLab({}, false);
    lab.register('x', { offers });
    lab.tell({ type: 'recovered', epoch: 1 });
    lab.advance(10_000);
    expect(lab.state.instances.size).toBe(0);
    const effects = lab.tell({ type: 'register', manifest: manifest('y', { offers }) });
    expect(effectsOf(effects, 'refuse').map(({ error }) => [error.id, error.message])).toEqual([
      ['TAU-3006', expect.stringMatching(/^the sessions of this kernel are in the journal of "x"/)],
    ]);
    expect(refused(lab, 'z')).toEqual([]);
    expect(refused(lab, 'x', { offers, incarnation: '2' })).toEqual([]);
  });

  test('are listed with their reasons, until the instance is taken', () => {
    const lab = new DispatchLab({ instancesMax: 1 });
    const first = lab.register('x');
    refused(lab, 'y');
    refused(lab, 'y');
    lab.tell({
      type: 'refused',
      manifest: manifest('z'),
      error: errorData('REGISTRATION_REFUSED', 'speaks another contract'),
    });
    expect(lab.state.gone.map((gone) => [gone.manifest.instanceId, gone.refused, gone.reason.id])).toEqual([
      ['y', true, 'TAU-1007'],
      ['z', true, 'TAU-3006'],
    ]);
    lab.tell({ type: 'cut', registrationId: first });
    lab.advance(10_000);
    lab.register('y');
    expect(lab.state.gone.map((gone) => [gone.manifest.instanceId, gone.refused])).toEqual([
      ['z', true],
      ['x', false],
    ]);
  });

  test('are listed up to a limit, the newest', () => {
    const lab = new DispatchLab({ instancesMax: 0 });
    for (let index = 0; index < GONE_MAX + 5; index += 1) refused(lab, `x${index}`);
    expect(lab.state.gone).toHaveLength(GONE_MAX);
    expect(lab.state.gone.at(-1)?.manifest.instanceId).toBe(`x${GONE_MAX + 4}`);
  });
});

test('one that registers and never greets is forgotten', () => {
  const lab = new DispatchLab();
  lab.register('x');
  lab.advance(4_999);
  expect(lab.state.instances.size).toBe(1);
  expect(effectsOf(lab.advance(1), 'close')).toEqual([]);
  expect([lab.state.instances.size, lab.state.byInstanceId.size]).toEqual([0, 0]);
});
