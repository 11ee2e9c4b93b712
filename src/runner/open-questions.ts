import { answerRefusal, type Clock, type Json, type TauError, tauError } from 'tau-core';
import { placeWords } from '../observe/place-words.js';
import { nameOf } from '../observe/run-reporter.js';
import type { LocalCall } from './local-call.js';
import type { OpenQuestion } from './stream-item.js';

/** Flows ask before a node and after it, and may ask again: the place is the same. */
const ASKED = /(?::(?:before|after))?(?::\d+)?$/;

/** A run that asks people. */
export interface AskingRun {
  readonly executable: { readonly definition: unknown };
  readonly clock: Clock;
  readonly watch: { question(change: 'asked' | 'closed', question: OpenQuestion, timeMs: number): void } | undefined;
}

/** The call's question is durable, if it has one: people may answer it. */
export function openQuestion(run: AskingRun, call: LocalCall): void {
  if (!call.hasQuestion) return;
  call.isAsking = true;
  show(run, 'asked', call);
}

/** The call's question is open no longer, if it was. */
export function closeQuestion(run: AskingRun, call: LocalCall): void {
  if (!call.isAsking) return;
  call.isAsking = false;
  show(run, 'closed', call);
}

function show({ watch, executable, clock }: AskingRun, change: 'asked' | 'closed', call: LocalCall): void {
  if (watch === undefined) return;
  const shown = shownQuestion(call, nameOf(executable.definition));
  if (shown !== undefined) watch.question(change, shown, clock.now());
}

/** The questions of a run that wait for people, as far as they are durable: those asked first come first. */
export function openQuestions(calls: Iterable<LocalCall>, definition: unknown): readonly OpenQuestion[] {
  const open: OpenQuestion[] = [];
  for (const call of calls) {
    const question = call.isAsking ? shownQuestion(call, nameOf(definition)) : undefined;
    if (question !== undefined) open.push(question);
  }
  return open.sort((a, b) => a.askedMs - b.askedMs);
}

function shownQuestion({ effect, question }: LocalCall, runName: string | undefined): OpenQuestion | undefined {
  if (question === undefined) return undefined;
  const id = effect.callId;
  return { id, label: placeWords(id.replace(ASKED, ''), runName), ...question };
}

/**
 * @throws TauError NOT_FOUND when the call does not ask (any more), STALE_VERSION for an answer to another version,
 * INVALID_ARGUMENT for an action that the question does not offer.
 */
export function checkAnswer(
  runId: string,
  call: LocalCall | undefined,
  given: { readonly id: string; readonly version: number; readonly answer: Json },
): asserts call is LocalCall {
  const question = call?.isAsking === true ? call.question : undefined;
  if (question === undefined) throw notOpen(runId, given.id);
  if (question.version !== given.version) {
    const versions = `version ${given.version} of the question, which is now at version ${question.version}`;
    throw tauError('STALE_VERSION', `this answers ${versions}; read it again`);
  }
  const refusal = answerRefusal(given.id, question.actions, given.answer);
  if (refusal !== undefined) throw tauError('INVALID_ARGUMENT', refusal);
  // Its end may be on its way to the store.
  if (call?.hasEnded === true) throw notOpen(runId, given.id);
}

function notOpen(runId: string, id: string): TauError {
  return tauError('NOT_FOUND', `run ${runId} asks nothing at "${id}" (any more)`);
}
