import type { Command } from 'commander';
import { tauError } from 'tau-core';
import type { CliContext, CommandSession } from '../context.js';
import { type EventFilter, followAllSessions, followSession, printPastEvents } from '../follow-events.js';
import { EXIT_INTERRUPTED } from '../follow-run.js';
import { wholeNumber } from './runs.js';

interface EventsOptions {
  readonly follow?: boolean;
  readonly session?: string;
  readonly from?: number;
  readonly type?: readonly string[];
}

const EXAMPLES = `
Examples:
  tau events
  tau events --follow
  tau events --follow --session github/octo/shop --from 42
  tau events --type "github.issues.*" --json`;

export function addEventsCommand(program: Command, context: CliContext): void {
  program
    .command('events')
    .description('Show events, of one session or of all')
    .option('--follow', 'go on with what comes, until interrupted')
    .option('--session <id>', 'only events of this session')
    .option('--from <seq>', 'first sequence number to show; needs --session', wholeNumber)
    .option('--type <type...>', 'only these types, exact or with a trailing "*"')
    .addHelpText('after', EXAMPLES)
    .action((options: EventsOptions, command: Command) =>
      context.run(command, async (session) => {
        if (options.from !== undefined && options.session === undefined) {
          throw tauError('INVALID_ARGUMENT', '--from needs --session: each session has its own sequence numbers');
        }
        return untilInterrupted(session, (signal) =>
          showEvents(session, options, { types: options.type ?? [], signal }),
        );
      }),
    );
}

async function showEvents(session: CommandSession, options: EventsOptions, filter: EventFilter): Promise<void> {
  const { follow = false, session: sessionId, from } = options;
  if (follow) {
    if (sessionId === undefined) return followAllSessions(session, filter);
    return followSession(session, sessionId, { ...filter, fromSeq: from });
  }
  const sessions = sessionId === undefined ? await session.client.listSessions() : [{ sessionId }];
  for (const { sessionId: each } of sessions) await printPastEvents(session, each, { ...filter, fromSeq: from ?? 1 });
}

/** Ctrl-C is how a follower ends: not an error, and told by the exit code only. */
async function untilInterrupted(
  { ports }: CommandSession,
  body: (signal: AbortSignal) => Promise<void>,
): Promise<number> {
  const interrupt = new AbortController();
  const endListening = ports.onInterrupt(() => interrupt.abort());
  try {
    await body(interrupt.signal);
    return 0;
  } catch (thrown) {
    if (!interrupt.signal.aborted) throw thrown;
    return EXIT_INTERRUPTED;
  } finally {
    endListening();
  }
}
