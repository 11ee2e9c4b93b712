import { type ErrorData, errorData } from 'tau-core';
import type { RunState } from './state.js';

/** Why a run may not go on, when it has asked for or spent more than its budget allows. */
export function overBudget({ budget, callsTotal, usage }: RunState): ErrorData | undefined {
  const spent: readonly [string, number, number | undefined][] = [
    ['calls', callsTotal, budget.callsMax],
    ['tokens', usage.tokens, budget.tokensMax],
    ['cost in millionths', usage.costMicros, budget.costMicrosMax],
  ];
  for (const [what, used, max] of spent) {
    if (max === undefined || used <= max) continue;
    const message = `the run's budget is ${max} ${what} and it came to ${used}; start it with a larger budget`;
    return errorData('BUDGET_EXCEEDED', message, { details: { what, used, max } });
  }
  return undefined;
}
