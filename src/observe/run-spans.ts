import {
  type Attributes,
  type Context,
  type Link,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import type { ErrorData, Json, Outcome } from 'tau-core';
import type { CallAttempted, ObservedEvent, PlaceObserved, RunStarted } from './observer.js';
import { OpenPlaces } from './open-places.js';
import { contextOf, spanTime, traceparentOf } from './trace-context.js';

/** An output in a span, and the message of an error, is cut after so many characters. */
const TEXT_CHARS_MAX = 4_096;

/** The spans of one run: the run, in it its places as they lie in each other, in these the attempts of their calls. */
export class RunSpans {
  readonly #tracer: Tracer;
  readonly #withOutputs: boolean;
  readonly #run: Span;
  readonly #runContext: Context;
  readonly #places = new Map<string, Span>();
  readonly #open = new OpenPlaces();
  readonly #attempts = new Map<string, Span>();
  /** Of calls that are tried again: the attempt that failed. */
  readonly #failed = new Map<string, Span>();

  constructor(tracer: Tracer, started: RunStarted, options: { readonly withOutputs: boolean }) {
    this.#tracer = tracer;
    this.#withOutputs = options.withOutputs;
    const parent = contextOf(started.traceparent);
    this.#run = tracer.startSpan(
      `run ${started.name ?? started.program}`,
      { kind: SpanKind.INTERNAL, startTime: spanTime(started.timeMs), attributes: runAttributes(started) },
      parent,
    );
    this.#runContext = trace.setSpan(parent, this.#run);
  }

  traceparentOf(callId: string): string | undefined {
    const attempt = this.#attempts.get(callId);
    return attempt && traceparentOf(attempt);
  }

  observe(event: ObservedEvent): void {
    switch (event.type) {
      case 'run.started':
        return;
      case 'run.named':
        this.#run.setAttribute('tau.run.label', event.label);
        return;
      case 'run.ended':
        return this.#ended(event.outcome, event.timeMs);
      case 'call.waiting':
        this.#spanAt(event.at).addEvent(event.type, { 'tau.call.id': event.callId }, spanTime(event.timeMs));
        return;
      case 'call.attempt':
        return this.#attempt(event);
      case 'call.retry': {
        this.#attempts.get(event.callId)?.setAttribute('tau.retry.delay_ms', event.delayMs);
        const failed = this.#endAttempt(event.callId, event.timeMs, event.error);
        if (failed !== undefined) this.#failed.set(event.callId, failed);
        return;
      }
      case 'call.settled': {
        const { callId, timeMs, outcome, error } = event;
        this.#failed.delete(callId);
        this.#attempts.get(callId)?.setAttribute('tau.outcome', outcome);
        if (this.#endAttempt(callId, timeMs, error) === undefined) {
          const attributes = { 'tau.call.id': callId, 'tau.outcome': outcome, ...errorAttributes(error) };
          this.#spanAt(event.at).addEvent('call.settled', attributes, spanTime(timeMs));
        }
        return;
      }
      case 'run.message':
      case 'run.edit':
      case 'run.cancel':
        this.#run.addEvent(
          event.type,
          event.reason === undefined ? {} : { 'tau.reason': event.reason },
          spanTime(event.timeMs),
        );
        return;
      case 'lock.claimed':
      case 'lock.granted':
      case 'lock.revoked':
      case 'lock.released': {
        const key = event.key === undefined ? {} : { 'tau.lock.key': event.key };
        this.#run.addEvent(event.type, { 'tau.lock.id': event.lockId, ...key }, spanTime(event.timeMs));
        return;
      }
      default:
        // Types of events are added in time.
        if (event.type.startsWith('place.')) this.#place(event);
    }
  }

  /** Ends all that is open, for runs that are no longer followed. */
  abandon(timeMs: number): void {
    this.#run.setAttribute('tau.abandoned', true);
    this.#endAll(timeMs);
  }

  #place(event: PlaceObserved): void {
    const { at, timeMs, error, output } = event;
    const open = this.#places.get(at);
    if (event.type === 'place.started') {
      // Places that come again (loops) do so after their end; where that was not told, it is now.
      open?.end(spanTime(timeMs));
      const parent = this.#contextAt(this.#open.parentOf(at));
      const attributes = { 'tau.place': at, 'tau.run.id': event.runId };
      this.#places.set(
        at,
        this.#tracer.startSpan(event.label ?? at, { startTime: spanTime(timeMs), attributes }, parent),
      );
      return this.#open.open(at);
    }
    const told = { ...errorAttributes(error), ...this.#outputAttributes(output) };
    const isEnd = event.type !== 'place.asked' && event.type !== 'place.committed';
    if (open === undefined || !isEnd) {
      (open ?? this.#spanAt(this.#open.parentOf(at))).addEvent(
        event.type,
        { 'tau.place': at, ...told },
        spanTime(timeMs),
      );
      return;
    }
    open.setAttributes({ 'tau.outcome': event.type.slice('place.'.length), ...told });
    if (event.type === 'place.failed') setFailed(open, error);
    open.end(spanTime(timeMs));
    this.#places.delete(at);
    this.#open.close(at);
  }

  #attempt({ callId, capability, attempt, at, timeMs, waitedMs }: CallAttempted): void {
    const failed = this.#failed.get(callId);
    const links: readonly Link[] =
      failed === undefined ? [] : [{ context: failed.spanContext(), attributes: { 'tau.link': 'retry of' } }];
    const attributes: Attributes = {
      'tau.call.id': callId,
      'tau.call.capability': capability,
      'tau.call.attempt': attempt,
      ...(waitedMs !== undefined && { 'tau.call.waited_ms': waitedMs }),
    };
    const options = { kind: SpanKind.CLIENT, startTime: spanTime(timeMs), attributes, links: [...links] };
    this.#attempts.get(callId)?.end(spanTime(timeMs));
    this.#attempts.set(callId, this.#tracer.startSpan(`call ${capability}`, options, this.#contextAt(at)));
  }

  #endAttempt(callId: string, timeMs: number, error: ErrorData | undefined): Span | undefined {
    const span = this.#attempts.get(callId);
    this.#attempts.delete(callId);
    if (error !== undefined && span !== undefined) {
      span.setAttributes(errorAttributes(error));
      setFailed(span, error);
    }
    span?.end(spanTime(timeMs));
    return span;
  }

  #ended(outcome: Outcome, timeMs: number): void {
    const error = outcome.kind === 'failed' || outcome.kind === 'unknown' ? outcome.error : undefined;
    this.#run.setAttributes({
      'tau.outcome': outcome.kind,
      ...errorAttributes(error),
      ...(outcome.kind === 'ok' ? this.#outputAttributes(outcome.output) : {}),
    });
    if (error !== undefined) setFailed(this.#run, error);
    this.#endAll(timeMs);
  }

  #endAll(timeMs: number): void {
    for (const span of this.#attempts.values()) span.end(spanTime(timeMs));
    // Inner places were opened after the outer ones.
    for (const span of [...this.#places.values()].reverse()) span.end(spanTime(timeMs));
    this.#run.end(spanTime(timeMs));
  }

  #spanAt(at: string | undefined): Span {
    return (at === undefined ? undefined : this.#places.get(at)) ?? this.#run;
  }

  #contextAt(at: string | undefined): Context {
    return trace.setSpan(this.#runContext, this.#spanAt(at));
  }

  #outputAttributes(output: Json | undefined): Attributes {
    if (!this.#withOutputs || output === undefined) return {};
    return { 'tau.output': JSON.stringify(output).slice(0, TEXT_CHARS_MAX) };
  }
}

/** Runs of workflows are pipelines in the words of OpenTelemetry's conventions, and say so too. */
function runAttributes({ runId, sessionId, program, name, version, parentRunId, isResumed }: RunStarted): Attributes {
  const isPipeline = program === 'workflow';
  return {
    'tau.run.id': runId,
    'tau.session.id': sessionId,
    'tau.program': program,
    ...(name !== undefined && { 'tau.definition.name': name }),
    ...(version !== undefined && { 'tau.definition.version': version }),
    ...(parentRunId !== undefined && { 'tau.run.parent_id': parentRunId }),
    ...(isResumed && { 'tau.run.resumed': true }),
    ...(isPipeline && { 'cicd.pipeline.run.id': runId }),
    ...(isPipeline && name !== undefined && { 'cicd.pipeline.name': name }),
  };
}

function errorAttributes(error: ErrorData | undefined): Attributes {
  return error === undefined ? {} : { 'error.type': error.id, 'error.message': error.message.slice(0, TEXT_CHARS_MAX) };
}

function setFailed(span: Span, error: ErrorData | undefined): void {
  const message = error === undefined ? {} : { message: error.message.slice(0, TEXT_CHARS_MAX) };
  span.setStatus({ code: SpanStatusCode.ERROR, ...message });
}
