import type { ErrorData } from 'tau-core';
import type { Report } from 'tau-core/node';
import type { LoginState } from '../github/own-login.js';

/** What a report about GitHub names. */
export interface LoginReportOptions {
  readonly apiUrl: string;
  readonly report: Report;
  /** Whether the operator said who TAU is. */
  readonly botLoginGiven: boolean;
}

/** Tells of the way to GitHub: one line for each change, and what to do about the bad ones. */
export function reportLogin(
  { apiUrl, report, botLoginGiven }: LoginReportOptions,
  state: LoginState,
  error: ErrorData | undefined,
  login: string | undefined,
): void {
  const reason = error === undefined ? undefined : { id: error.id, message: error.message };
  const fields = { api: apiUrl, ...(login !== undefined && { login }), ...(reason && { reason }) };
  switch (state) {
    case 'known':
      report.event('github.reached', fields, `reached GitHub at ${apiUrl} as ${login}`);
      return;
    case 'app': {
      const danger = 'give --bot-login <slug of the app>, or TAU reacts to its own changes';
      const text = botLoginGiven
        ? `reached GitHub at ${apiUrl} as an app`
        : `warning: the token does not say who it is: ${danger}`;
      report.event('github.reached', fields, text);
      return;
    }
    case 'refused':
      report.event(
        'github.refused',
        fields,
        `warning ${error?.id}: ${error?.message}; deliveries are taken, actions fail`,
      );
      return;
    case 'away': {
      const meanwhile = 'deliveries are taken, actions fail; trying again';
      report.event(
        'github.away',
        fields,
        `warning ${error?.id}: GitHub cannot be reached: ${error?.message}; ${meanwhile}`,
      );
      return;
    }
    case 'asking':
      return;
  }
}
