import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { WorkflowFolder } from './workflow-folder.js';

test('gives the workflow files by name, and leaves out the rest', async () => {
  const path = temporaryFolder();
  writeFileSync(join(path, 'b.yaml'), 'two');
  writeFileSync(join(path, 'a.yml'), 'one');
  writeFileSync(join(path, 'a.yml~'), 'backup');
  writeFileSync(join(path, 'README.md'), '');
  writeFileSync(join(path, 'package.json'), '{}');
  writeFileSync(join(path, 'plan.flow.json'), '{}');
  mkdirSync(join(path, 'folder.yml'));
  for (const folder of ['greet', 'plain']) mkdirSync(join(path, folder));
  writeFileSync(join(path, 'greet/action.yml'), 'three');
  writeFileSync(join(path, 'plain/other.yml'), '');
  expect(await new WorkflowFolder(path).scan()).toEqual([
    { name: `${path}/a.yml`, source: 'one' },
    { name: `${path}/b.yaml`, source: 'two' },
    { name: `${path}/greet/action.yml`, source: 'three' },
    { name: `${path}/plan.flow.json`, source: '{}' },
  ]);
});

test.each([
  ['.tau/workflows', '.tau/workflows/'],
  ['./.tau/workflows//', '.tau/workflows/'],
  ['/srv/flows', '/srv/flows/'],
  ['.', ''],
])('names in %j begin with %j', (folder, prefix) => {
  expect(new WorkflowFolder(folder).prefix).toBe(prefix);
});

test('a file that is too large is a problem of that file', async () => {
  const path = temporaryFolder();
  writeFileSync(join(path, 'a.yml'), 'x'.repeat(1024 * 1024 + 1));
  writeFileSync(join(path, 'b.yml'), 'x'.repeat(1024 * 1024));
  expect(await new WorkflowFolder(path).scan()).toEqual([
    { name: `${path}/a.yml`, problem: '1048577 bytes: the limit is 1048576' },
    { name: `${path}/b.yml`, source: expect.any(String) },
  ]);
});

test('a folder that is not there is told with what to do', async () => {
  const path = join(temporaryFolder(), 'gone');
  await expect(new WorkflowFolder(path).scan()).rejects.toMatchObject({
    data: { id: 'TAU-6001', message: expect.stringMatching(/gone.*make it, or name another with --workflows/) },
  });
});

test('tells of changes, and watches a folder again that went away and came back', async () => {
  const path = join(temporaryFolder(), 'flows');
  mkdirSync(path);
  const folder = new WorkflowFolder(path);
  onTestFinished(() => folder.close());
  await changeAfter(folder, () => writeFileSync(join(path, 'a.yml'), 'one'));
  await changeAfter(folder, () => renameSync(join(path, 'a.yml'), join(path, 'b.yml')));
  await changeAfter(folder, () => rmSync(path, { recursive: true }));
  folder.close();
  folder.watch(() => {});
  mkdirSync(path);
  await changeAfter(folder, () => writeFileSync(join(path, 'a.yml'), 'one'));
});

/** Resolves once the folder told of a change. */
async function changeAfter(folder: WorkflowFolder, change: () => void): Promise<void> {
  folder.close();
  const told = new Promise<void>((resolve) => folder.watch(resolve));
  change();
  await told;
}
