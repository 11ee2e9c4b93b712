import type { Command } from 'commander';
import { TauError, tauError } from 'tau-core';
import type { RunView } from 'tau-core/client';
import type { CliContext, CommandSession } from '../context.js';
import { cut } from '../format/table.js';
import { type OpenQuestion, openQuestions, shellWord } from '../open-questions.js';
import { answerOf, type GivenAnswer } from '../question-answer.js';
import { wholeNumber } from './runs.js';

interface AnswerOptions extends Omit<GivenAnswer, 'answer'> {
  readonly atVersion?: number;
}

const TEXT_CHARS = 80;

const EXAMPLES = `
Examples:
  tau answer 01k2v7d1k send:before --approve
  tau answer 01k2v7d1k send:before --reject "too short"
  tau answer 01k2v7d1k send:before --edit '{"text": "Dear Mona"}'
  tau answer 01k2v7d1k deploy.2 yes
  tau answer 01k2v7d1k --approve

See "tau questions" for what is asked. Without a version the question is answered as it is now; scripts that have shown
it to somebody give --at-version, so that an answer to what has changed since is refused.`;

export function addAnswerCommand(program: Command, context: CliContext): void {
  program
    .command('answer')
    .description('Answer a question of a run')
    .argument('<run>', 'the run\'s id, as "tau questions" shows it')
    .argument('[question]', "the question's id; may be left out when only one is open")
    .argument('[answer]', 'JSON, or plain text')
    .option('--approve', 'go on')
    .option('--reject [reason]', 'let it fail')
    .option('--edit <json>', 'go on with this in place of what is shown')
    .option('--respond <json>', 'take this as the output')
    .option('--at-version <version>', 'refuse when the question is not at this version any more', wholeNumber)
    .addHelpText('after', EXAMPLES)
    .action(
      (
        runId: string,
        questionId: string | undefined,
        answer: string | undefined,
        options: AnswerOptions,
        command: Command,
      ) =>
        context.run(command, (session) =>
          giveAnswer(session, { runId, questionId, given: { ...options, answer }, version: options.atVersion }),
        ),
    );
}

interface Wish {
  readonly runId: string;
  readonly questionId: string | undefined;
  readonly given: GivenAnswer;
  readonly version: number | undefined;
}

async function giveAnswer(session: CommandSession, wish: Wish): Promise<number> {
  const { client, output } = session;
  const { runId, given } = wish;
  const run = await client.getRun(runId);
  const question = pick(run, openQuestions(run), wish.questionId);
  const { questionId, text } = question;
  const answer = answerOf(given, question);
  const version = wish.version ?? question.version;
  try {
    const { seq } = await client.resolveInterrupt(runId, { interruptId: questionId, version, answer });
    output.print(
      { runId, questionId, version, answer, seq },
      `answered "${oneLine(text)}" with ${JSON.stringify(answer)}`,
    );
    output.hint(`Watch what comes of it: tau watch ${runId} --from ${seq}`);
    return 0;
  } catch (thrown) {
    throw withAdvice(thrown, wish, question);
  }
}

function pick(run: RunView, open: readonly OpenQuestion[], questionId: string | undefined): OpenQuestion {
  const [first, second] = open;
  const found = questionId === undefined ? first : open.find((question) => question.questionId === questionId);
  if (found !== undefined && (questionId !== undefined || second === undefined)) return found;
  const ids = open.map((question) => shellWord(question.questionId)).join(', ');
  if (first === undefined)
    throw tauError('NOT_FOUND', `run ${run.runId} asks nothing (it is ${run.status}); see "tau questions"`);
  if (questionId === undefined)
    throw tauError('INVALID_ARGUMENT', `run ${run.runId} asks more than one thing: name one of ${ids}`);
  throw tauError(
    'NOT_FOUND',
    `run ${run.runId} asks nothing at "${questionId}" (any more): open are ${ids}; see "tau questions ${run.runId}"`,
  );
}

/** Somebody was faster, or the question is another one now. */
function withAdvice(thrown: unknown, { runId, version }: Wish, question: OpenQuestion): unknown {
  if (!(thrown instanceof TauError && thrown.is('STALE_VERSION'))) return thrown;
  const at = `version ${version ?? question.version}`;
  const message = `"${question.questionId}" has changed since ${at}, and the answer was not taken: read it again with "tau questions ${runId}", then answer that`;
  return new TauError({ ...thrown.data, message, cause: thrown.data });
}

function oneLine(text: string): string {
  return cut(text.trim().replace(/\s+/g, ' '), TEXT_CHARS);
}
