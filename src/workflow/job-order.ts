import type { Findings, Position } from './findings.js';

/** A job and the jobs that it waits for. */
export interface JobNeeds {
  readonly id: string;
  readonly needs: readonly { readonly id: string; readonly position: Position | undefined }[];
}

/** Reports jobs that are needed and not there, and jobs that wait for themselves, however far around. */
export function checkJobOrder(jobs: readonly JobNeeds[], findings: Findings): void {
  const ids = new Set(jobs.map(({ id }) => id));
  for (const { needs } of jobs) {
    for (const { id, position } of needs) {
      if (!ids.has(id))
        findings.add(position, `there is no job "${id}"; there are ${[...ids].slice(0, 20).join(', ')}`);
    }
  }
  const waiting = jobsInCycles(jobs, ids);
  for (const job of jobs) {
    const back = waiting.has(job.id) ? job.needs.find(({ id }) => waiting.has(id)) : undefined;
    if (back !== undefined) findings.add(back.position, `"${job.id}" waits for itself, by way of "${back.id}"`);
  }
}

type Edge = readonly [from: string, to: string];

/** What is left when jobs that wait for nothing are taken away one after another, and then those that nothing waits for. */
function jobsInCycles(jobs: readonly JobNeeds[], ids: ReadonlySet<string>): ReadonlySet<string> {
  const edges = jobs.flatMap(({ id, needs }) => needs.map((need): Edge => [id, need.id]));
  const waiting = withoutLeaves(ids, edges);
  const backwards = edges.map(([from, to]): Edge => [to, from]);
  return withoutLeaves(waiting, backwards);
}

/** Takes away, until none is left, every node that no edge leads from. */
function withoutLeaves(nodes: ReadonlySet<string>, edges: readonly Edge[]): ReadonlySet<string> {
  const left = new Set(nodes);
  const open = new Map<string, number>();
  const sources = new Map<string, string[]>();
  for (const [from, to] of edges) {
    if (!nodes.has(from) || !nodes.has(to)) continue;
    open.set(from, (open.get(from) ?? 0) + 1);
    const known = sources.get(to);
    if (known === undefined) sources.set(to, [from]);
    else known.push(from);
  }
  const leaves = [...nodes].filter((node) => !open.has(node));
  for (let leaf = leaves.pop(); leaf !== undefined; leaf = leaves.pop()) {
    left.delete(leaf);
    for (const source of sources.get(leaf) ?? []) {
      const rest = (open.get(source) ?? 0) - 1;
      open.set(source, rest);
      if (rest === 0) leaves.push(source);
    }
  }
  return left;
}
