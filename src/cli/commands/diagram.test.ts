import { describe, expect, test } from 'vitest';
import { REVIEW_FLOW } from '../../../test/review-flow.js';
import { runTau } from '../../../test/run-tau.js';

const files = { 'review.flow.json': REVIEW_FLOW, 'bad.flow.json': '{"format": 1}', 'a.yml': 'on: issues' };

describe('tau diagram', () => {
  test('is a flowchart, and asks nobody', async () => {
    const { code, stdout, kernel } = await runTau(['diagram', 'review.flow.json'], { files });
    expect({ code, calls: kernel.calls }).toEqual({ code: 0, calls: [] });
    expect(stdout).toMatch(/^flowchart TD\n {2}subgraph .*review/);
    const json = await runTau(['diagram', 'review.flow.json', '--json'], { files });
    expect(JSON.parse(json.stdout)).toEqual({ file: 'review.flow.json', mermaid: stdout });
  });

  test('of a flow that is wrong says where', async () => {
    const { code, stdout, stderr } = await runTau(['diagram', 'bad.flow.json'], { files });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^bad\.flow\.json:1:1: [\s\S]*error TAU-4005: bad\.flow\.json was refused: /);
  });

  test('of what is no flow is refused', async () => {
    expect((await runTau(['diagram', 'a.yml'], { files })).stderr).toBe(
      'error TAU-1001: a.yml is a workflow: only flows (*.flow.json) are drawn\n',
    );
  });
});
