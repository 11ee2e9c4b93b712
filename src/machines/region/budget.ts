import { type ErrorData, errorData } from 'tau-core';
import type { RunState } from './state.js';

/** Why a run may not go on, when it has asked for or spent more than its budget allows. */
export function overBudget({ budget, callsTotal, usage }: RunState): ErrorData | undefined {
  return (
    exceeded('calls', callsTotal, budget.callsMax) ??
    exceeded('tokens', usage.tokens, budget.tokensMax) ??
    exceeded('cost in millionths', usage.costMicros, budget.costMicrosMax)
  );
}

function exceeded(what: string, used: number, max: number | undefined): ErrorData | undefined {
  if (max === undefined || used <= max) return undefined;
  const message = `the run's budget is ${max} ${what} and it came to ${used}; start it with a larger budget`;
  return errorData('BUDGET_EXCEEDED', message, { details: { what, used, max } });
}
