import type { Command } from 'commander';
import type { RunView } from 'tau-core/client';
import type { CliContext, CommandSession } from '../context.js';
import { durationText } from '../format/duration.js';
import type { Column } from '../format/table.js';
import { answerCommand, answersText, type OpenQuestion, openQuestions } from '../open-questions.js';

/** Runs that are looked at for questions. */
const RUNS_MAX = 1_000;

const EXAMPLES = `
Examples:
  tau questions
  tau questions 01k2v7d1k
  tau questions --session github/octo/shop --json | jq .text

Answer one with "tau answer".`;

export function addQuestionsCommand(program: Command, context: CliContext): void {
  program
    .command('questions')
    .description('List what runs ask people, and how it may be answered')
    .argument('[run]', "one run's id; all runs in progress without it")
    .option('--session <id>', 'only runs of this session')
    .addHelpText('after', EXAMPLES)
    .action((runId: string | undefined, { session: sessionId }: { session?: string }, command: Command) =>
      context.run(command, async (session) => {
        const { output, ports } = session;
        const questions = (await askingRuns(session, runId, sessionId)).flatMap(openQuestions);
        output.table(columns(ports.clock.now()), questions, 'nobody is asked anything');
        const [first] = questions;
        if (first !== undefined) output.hint(`Answer: ${answerCommand(first)}`);
        return 0;
      }),
    );
}

async function askingRuns(
  { client }: CommandSession,
  runId: string | undefined,
  sessionId: string | undefined,
): Promise<readonly RunView[]> {
  if (runId !== undefined) return [await client.getRun(runId)];
  return client.listRuns({
    ...(sessionId !== undefined && { sessionId }),
    statuses: ['running', 'paused', 'cancelling'],
    limit: RUNS_MAX,
  });
}

function columns(nowMs: number): readonly Column<OpenQuestion>[] {
  return [
    { title: 'RUN', text: ({ runId }) => runId },
    { title: 'QUESTION', text: ({ questionId }) => questionId },
    { title: 'VERSION', text: ({ version }) => String(version) },
    { title: 'ASKED', text: ({ askedMs }) => `${durationText(Math.max(0, nowMs - askedMs))} ago` },
    { title: 'ANSWERS', text: answersText },
    { title: 'TEXT', text: ({ text }) => text.replace(/\s+/g, ' ') },
  ];
}
