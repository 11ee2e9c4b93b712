import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type JournalRecord, regionId } from 'tau-core';
import { expect, test } from 'vitest';
import { REGION_LIMITS } from '../src/machines/region/limits.js';
import { regionMachine } from '../src/machines/region/machine.js';
import { committedEvent, eventOfRecord, toRecord } from '../src/shell/record-codec.js';
import { stateHash } from '../src/shell/state-hash.js';
import { EVENT_TYPES, goldenRegions } from './golden-scenario.js';
import { imageText } from './lab/region-invariants.js';
import { testPrograms } from './programs/index.js';

const FIXTURES = new URL('fixtures/', import.meta.url);
/** The format that this kernel writes. */
const FORMAT = '0.2';

/** A record as a line of a fixture; its data is JSON text. */
interface Line extends Omit<JournalRecord, 'data'> {
  readonly region: string;
  readonly data: string;
}

interface Expected {
  readonly [region: string]: { readonly stateHash: string; readonly state: unknown };
}

const machine = regionMachine(testPrograms, REGION_LIMITS);
const file = (name: string): URL => new URL(name, FIXTURES);

function linesOf(name: string): Line[] {
  return readFileSync(file(name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
}

function replayed(lines: readonly Line[], region: string) {
  return lines
    .filter((line) => line.region === region)
    .map((line) => eventOfRecord(region, { ...line, data: Buffer.from(line.data) }))
    .reduce((state, event) => machine.evolve(state, event), machine.initial(regionId(region)));
}

/** Writes the journal of this kernel's format, once: `TAU_WRITE_GOLDEN=1`. A file that is there is never written again. */
function writeOnce(): void {
  const journal = `journal-v${FORMAT}.jsonl`;
  if (process.env['TAU_WRITE_GOLDEN'] !== '1' || existsSync(file(journal))) return;
  const lines = goldenRegions().flatMap(({ region, events }) =>
    events.map((event): Line => {
      const { data, ...record } = toRecord(committedEvent(event));
      return { region, ...record, data: Buffer.from(data).toString() };
    }),
  );
  writeFileSync(file(journal), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  const states = [...new Set(lines.map((line) => line.region))].map((region) => {
    const state = replayed(lines, region);
    return [region, { stateHash: stateHash(state), state: JSON.parse(imageText(state)) }];
  });
  writeFileSync(file(`states-v${FORMAT}.json`), `${JSON.stringify(Object.fromEntries(states), null, 2)}\n`);
}

writeOnce();
const formats = readdirSync(FIXTURES).flatMap((name) => /^journal-v(.+)\.jsonl$/.exec(name)?.[1] ?? []);

test.each(formats)('a journal of format %s still gives the states that it gave then', (format) => {
  const expected = JSON.parse(readFileSync(file(`states-v${format}.json`), 'utf8')) as Expected;
  const lines = linesOf(`journal-v${format}.jsonl`);
  expect(Object.keys(expected)).toEqual([...new Set(lines.map((line) => line.region))]);
  for (const [region, { stateHash: hash, state: image }] of Object.entries(expected)) {
    const state = replayed(lines, region);
    expect(JSON.parse(imageText(state)), region).toEqual(image);
    expect(stateHash(state), region).toBe(hash);
  }
});

test('the journals hold every type of event that this kernel writes', () => {
  const types = new Set(formats.flatMap((format) => linesOf(`journal-v${format}.jsonl`).map((line) => line.type)));
  expect(Object.keys(EVENT_TYPES).filter((type) => !types.has(type))).toEqual([]);
});
