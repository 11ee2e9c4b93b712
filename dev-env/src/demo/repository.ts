import type { GithubRest } from '../harness/github-rest.ts';
import { LABELS, MILESTONE } from './stories.ts';

/** Sets up the repository as its maintainers would: labels and a milestone. */
export async function prepareRepository(owner: GithubRest): Promise<void> {
  for (const [name, color] of Object.entries(LABELS)) await owner.createLabel(name, color);
  await owner.createMilestone(MILESTONE);
}
