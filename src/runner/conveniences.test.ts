import { TauError } from 'tau-core';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { ask, chain, defineFlow, flowLanguage, route, task } from '../flow/index.js';
import { openRuns } from './open-runs.js';
import { runLocal } from './run-local.js';
import { memoryStore } from './store/memory-store.js';
import type { OpenQuestion, StreamItem } from './stream-item.js';

const greet = defineFlow('greet', task('t:greet'));
const asking = defineFlow('asking', ask('May I?', { actions: ['approve', 'respond'] }));

describe('output', () => {
  test('is what the run gives', async () => {
    const run = runLocal(greet, { input: { name: 'Ada' }, handlers: { 't:greet': ({ name }) => `hello ${name}` } });
    expect(await run.output()).toBe('hello Ada');
    expect(await run.output()).toBe('hello Ada');
  });

  test('is the error of a run that fails', async () => {
    const failing = () => {
      throw new Error('no voice');
    };
    const error = await runLocal(greet, { handlers: { 't:greet': failing } })
      .output()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TauError);
    expect(error).toMatchObject({ data: { id: 'TAU-3005' }, message: expect.stringContaining('no voice') });
  });

  test('is RUN_CANCELLED of one that is cancelled', async () => {
    const run = runLocal(asking);
    run.cancel('enough');
    await expect(run.output()).rejects.toMatchObject({ data: { id: 'TAU-4002' }, message: 'enough' });
  });

  test('rejects as the end does of one that cannot go on', async () => {
    const run = runLocal(asking);
    run.letGo();
    await expect(run.output()).rejects.toMatchObject({ data: { id: 'TAU-1009' } });
  });
});

test('a run that calls nothing needs no handlers, and one that does says what is missing', async () => {
  await expect(runLocal(greet).output()).rejects.toMatchObject({ data: { id: 'TAU-3001' } });
});

test('a question is answered by itself, or by its id and version', async () => {
  const run = runLocal(asking);
  const [question] = (await run.idle()).questions;
  const stale: OpenQuestion = { ...(question as OpenQuestion), version: 7 };
  await expect(run.answer(stale, { action: 'approve' })).rejects.toMatchObject({ data: { id: 'TAU-1011' } });
  await expect(run.answer(stale.id, 7, { action: 'approve' })).rejects.toMatchObject({ data: { id: 'TAU-1011' } });
  // Something to say that is not said is no answer.
  await expect(run.answer(question as OpenQuestion, { action: 'respond' })).rejects.toThrow('"value"');
  await run.answer(question as OpenQuestion, { action: 'respond', value: 'yes' });
  expect(await run.output()).toBe('yes');
});

test('a question says where it is asked, in words; its id stays', async () => {
  const gated = defineFlow(
    'deploy',
    task('t:x', { interrupt: { before: { question: 'Now?', actions: ['approve'] } } }),
  );
  const [root] = (await runLocal(gated).idle()).questions;
  expect(root).toMatchObject({ id: '$root:before', label: 'deploy', question: 'Now?' });
  const either = route({ a: { when: 'false', node: ask('A?') } }, { otherwise: ask('Which?') });
  const run = runLocal(defineFlow('either', chain({ kind: either })));
  const stream = run.stream('questions');
  const [other] = (await run.idle()).questions;
  expect(other).toMatchObject({ id: 'kind.$otherwise', label: 'kind.otherwise' });
  expect(await stream.next()).toMatchObject({ value: { question: { label: 'kind.otherwise' } } });
  expect(run.view()['open']).toMatchObject([
    { at: '', label: 'either' },
    { label: 'kind' },
    { label: 'kind.otherwise' },
  ]);
});

describe('a stream', () => {
  const two = defineFlow('two', chain({ a: task('t:a'), b: task('t:b') }));
  const handlers = { 't:a': () => 1, 't:b': () => 2 };

  test('of one mode has its items as they are', async () => {
    const seen: string[] = [];
    for await (const { update } of runLocal(two, { handlers }).stream('updates')) {
      if (update.kind === 'completed') seen.push(update.label ?? update.at);
    }
    expect(seen).toEqual(['a', 'b', 'two']);
  });

  test('of several modes has those, and gaps only where they are asked for', async () => {
    const run = runLocal(two, { handlers, streamItemsMax: 2 });
    const [plain, withGaps] = [run.stream(['updates', 'values']), run.stream(['updates', 'gap'])];
    await run.ended;
    const modes: string[] = [];
    for await (const item of plain) modes.push(item.mode);
    expect(modes).toHaveLength(2);
    expect(modes).not.toContain('gap');
    expect(await withGaps.next()).toMatchObject({ value: { mode: 'gap', of: 'others' } });
  });

  test('is typed by its modes', () => {
    const run = runLocal(two, { handlers });
    type Item<Stream> = Stream extends AsyncIterableIterator<infer Each> ? Each : never;
    const updates = run.stream('updates');
    expectTypeOf<Item<typeof updates>['mode']>().toEqualTypeOf<'updates'>();
    const several = run.stream(['custom', 'gap']);
    expectTypeOf<Item<typeof several>['mode']>().toEqualTypeOf<'custom' | 'gap'>();
    expectTypeOf<Item<typeof several>>().toExtend<StreamItem>();
  });
});

test('a store is looked into without naming the languages of TAU’s own programs; one that is named comes first', async () => {
  const store = memoryStore();
  await runLocal(greet, { store, runId: 'r', handlers: { 't:greet': () => 'hello' } }).ended;
  expect((await openRuns(store).at('r')).view).toMatchObject({ status: 'ok' });
  const { program } = flowLanguage;
  const own = { ...flowLanguage, program: { ...program, view: () => ({ status: 'mine' }) } };
  expect((await openRuns(store, { languages: [own as never] }).at('r')).view).toEqual({ status: 'mine' });
});
