import { flowLanguage, hubLanguage, scheduleLanguage, workflowLanguage } from 'tau-orchestrate';
import { type HostedLanguage, hosted } from '../machines/region/programs.js';

/** The programs that the process hosts: workflows, flows, schedules and hubs. */
export const LANGUAGES: readonly HostedLanguage[] = [
  hosted(workflowLanguage),
  hosted(flowLanguage),
  hosted(scheduleLanguage),
  hosted(hubLanguage),
];
