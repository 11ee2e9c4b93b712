import type { GithubAction } from './action.js';
import { addLabels } from './add-labels.js';
import { assign } from './assign.js';
import { closeIssue } from './close-issue.js';
import { comment } from './comment.js';
import { removeLabel } from './remove-label.js';
import { setMilestone } from './set-milestone.js';

/** Every action that the extension offers. */
export const ACTIONS: readonly GithubAction[] = [addLabels, removeLabel, comment, assign, setMilestone, closeIssue];
