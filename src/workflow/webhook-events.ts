/** A webhook event as a trigger. */
export interface WebhookEvent {
  /** The actions that its payloads carry; empty when they carry none; `any` when senders choose them. */
  readonly actions: readonly string[] | 'any';
  /** The actions that a trigger without `types` means; absent means all. */
  readonly defaults?: readonly string[];
}

const withoutActions: WebhookEvent = { actions: [] };

/** Both lists are words with one space between. */
function event(actions: string, defaults?: string): WebhookEvent {
  return { actions: actions.split(' '), ...(defaults === undefined ? {} : { defaults: defaults.split(' ') }) };
}

/**
 * GitHub's webhook events and their actions: those that start workflows at GitHub and all others, since TAU takes its
 * events from webhooks. The defaults are GitHub's documented ones.
 *
 * @see https://docs.github.com/en/webhooks/webhook-events-and-payloads
 * @see https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
export const WEBHOOK_EVENTS: Readonly<Record<string, WebhookEvent>> = {
  branch_protection_configuration: event('disabled enabled'),
  branch_protection_rule: event('created deleted edited'),
  check_run: event('completed created requested_action rerequested'),
  check_suite: event('completed requested rerequested', 'completed'),
  code_scanning_alert: event('appeared_in_branch closed_by_user created fixed reopened reopened_by_user'),
  commit_comment: event('created'),
  create: withoutActions,
  custom_property: event('created deleted promote_to_enterprise updated'),
  custom_property_values: event('updated'),
  delete: withoutActions,
  dependabot_alert: event('auto_dismissed auto_reopened created dismissed fixed reintroduced reopened'),
  deploy_key: event('created deleted'),
  deployment: event('created'),
  deployment_protection_rule: event('requested'),
  deployment_review: event('approved rejected requested'),
  deployment_status: event('created'),
  discussion: event(
    'answered category_changed closed created deleted edited labeled locked pinned reopened transferred unanswered unlabeled unlocked unpinned',
  ),
  discussion_comment: event('created deleted edited'),
  fork: withoutActions,
  github_app_authorization: event('revoked'),
  gollum: withoutActions,
  installation: event('created deleted new_permissions_accepted suspend unsuspend'),
  installation_repositories: event('added removed'),
  installation_target: event('renamed'),
  issue_comment: event('created deleted edited'),
  issue_dependencies: event('blocked_by_added blocked_by_removed blocking_added blocking_removed'),
  issues: event(
    'assigned closed deleted demilestoned edited field_added field_removed labeled locked milestoned opened pinned reopened transferred typed unassigned unlabeled unlocked unpinned untyped',
  ),
  label: event('created deleted edited'),
  marketplace_purchase: event('cancelled changed pending_change pending_change_cancelled purchased'),
  member: event('added edited removed'),
  membership: event('added removed'),
  merge_group: event('checks_requested destroyed', 'checks_requested'),
  meta: event('deleted'),
  milestone: event('closed created deleted edited opened'),
  org_block: event('blocked unblocked'),
  organization: event('deleted member_added member_invited member_removed renamed'),
  package: event('published updated'),
  page_build: withoutActions,
  personal_access_token_request: event('approved cancelled created denied'),
  ping: withoutActions,
  project: event('closed created deleted edited reopened'),
  project_card: event('converted created deleted edited moved'),
  project_column: event('created deleted edited moved updated'),
  projects_v2: event('closed created deleted edited reopened'),
  projects_v2_item: event('archived converted created deleted edited reordered restored'),
  projects_v2_status_update: event('created deleted edited'),
  public: withoutActions,
  pull_request: event(
    'assigned auto_merge_disabled auto_merge_enabled closed converted_to_draft demilestoned dequeued edited enqueued labeled locked milestoned opened ready_for_review reopened review_request_removed review_requested stacked synchronize unassigned unlabeled unlocked',
    'opened synchronize reopened',
  ),
  pull_request_review: event('dismissed edited submitted'),
  pull_request_review_comment: event('created deleted edited'),
  pull_request_review_thread: event('resolved unresolved'),
  push: withoutActions,
  registry_package: event('published updated'),
  release: event('created deleted edited prereleased published released unpublished'),
  repository: event('archived created deleted edited privatized publicized renamed transferred unarchived'),
  repository_advisory: event('published reported'),
  repository_dispatch: { actions: 'any' },
  repository_import: withoutActions,
  repository_ruleset: event('created deleted edited'),
  repository_vulnerability_alert: event('create dismiss reopen resolve'),
  secret_scanning_alert: event('assigned created publicly_leaked reopened resolved unassigned validated'),
  secret_scanning_alert_location: event('created'),
  secret_scanning_scan: event('completed'),
  security_advisory: event('published updated withdrawn'),
  security_and_analysis: withoutActions,
  sponsorship: event('cancelled created edited pending_cancellation pending_tier_change tier_changed'),
  star: event('created deleted'),
  status: withoutActions,
  sub_issues: event('parent_issue_added parent_issue_removed sub_issue_added sub_issue_removed'),
  team: event('added_to_repository created deleted edited removed_from_repository'),
  team_add: withoutActions,
  watch: event('started', 'started'),
  workflow_job: event('completed in_progress queued waiting'),
  workflow_run: event('completed in_progress requested'),
};

/** What the table knows of an event; undefined when no webhook has that name. */
export function webhookEvent(name: string): WebhookEvent | undefined {
  return Object.hasOwn(WEBHOOK_EVENTS, name) ? WEBHOOK_EVENTS[name] : undefined;
}
