import { hlcText, instant, tauError } from 'tau-core';
import { corev1, kernelv1 } from 'tau-core/contract';
import { eventually, VirtualClock } from 'tau-core/testing';
import { describe, expect, test } from 'vitest';
import type { FakeAnswers } from '../../../test/fake-kernel.js';
import { runTau } from '../../../test/run-tau.js';
import { timeOfDay } from '../format/time.js';

const PLACED_MS = instant(1_767_225_600_000);
const TIME = timeOfDay(PLACED_MS);

function placed(region: string, regionSeq: number, type: string, fields: Partial<corev1.Event> = {}): corev1.Event {
  const hlc = hlcText({ wallMs: PLACED_MS, counter: 0 });
  return corev1.Event.fromPartial({
    id: `e${regionSeq}`,
    source: 's',
    type,
    data: '{}',
    region,
    regionSeq,
    hlc,
    ...fields,
  });
}

/** Sessions with their events, which the kernel gives from any number on, and then waits, as a kernel does. */
function withEvents(sessions: { readonly [sessionId: string]: readonly corev1.Event[] }): FakeAnswers {
  const session = (sessionId: string) =>
    kernelv1.Session.fromPartial({ sessionId, seq: sessions[sessionId]?.at(-1)?.regionSeq ?? 0 });
  return {
    'sessions.listSessions': () => ({ sessions: Object.keys(sessions).map(session), nextPageToken: '' }),
    'sessions.getSession': ({ sessionId }: kernelv1.GetSessionRequest) => ({ session: session(sessionId) }),
    'events.subscribe': async function* (
      { sessionId, fromSeq }: kernelv1.SubscribeRequest,
      { signal }: { signal?: AbortSignal },
    ) {
      const events = (sessions[sessionId] ?? []).filter(({ regionSeq }) => regionSeq >= fromSeq);
      yield { events, gap: undefined, position: events.at(-1)?.regionSeq ?? 0 };
      await new Promise((_resolve, reject) => {
        if (signal?.aborted) reject(signal.reason);
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
    },
  } as FakeAnswers;
}

const shop = [
  placed('shop', 1, 'github.issues.opened', { subject: 'issues/1' }),
  placed('shop', 2, 'tau.run.started', { subject: 'r1' }),
  placed('shop', 3, 'github.issues.labeled', { echo: true }),
];

describe('tau events', () => {
  test('shows what there is, session by session, and ends', async () => {
    const { code, stdout } = await runTau(['events'], {
      answers: withEvents({ shop, empty: [], local: [placed('local', 7, 'note')] }),
    });
    expect(code).toBe(0);
    expect(stdout.split('\n')).toEqual([
      `     1  ${TIME}  shop  github.issues.opened  issues/1`,
      `     2  ${TIME}  shop  tau.run.started  r1`,
      `     3  ${TIME}  shop  github.issues.labeled (own change)`,
      `     7  ${TIME}  local  note`,
      '',
    ]);
  });

  test('of one session, from a number on, of some types', async () => {
    const args = ['events', '--session', 'shop', '--from', '2', '--type', 'github.*', '--json'];
    const { stdout, kernel } = await runTau(args, { answers: withEvents({ shop }) });
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { session: 'shop', kind: 'event', event: { regionSeq: 3, type: 'github.issues.labeled', echo: true } },
    ]);
    expect(kernel.calls.map(({ method }) => method)).not.toContain('sessions.listSessions');
  });

  test('--from past the end is nothing', async () => {
    const { code, stdout } = await runTau(['events', '--session', 'shop', '--from', '4'], {
      answers: withEvents({ shop }),
    });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
  });

  test('--from without --session is refused: numbers are those of a session', async () => {
    const { code, stderr, kernel } = await runTau(['events', '--from', '4']);
    expect({ code, calls: kernel.calls }).toEqual({ code: 1, calls: [] });
    expect(stderr).toBe('error TAU-1001: --from needs --session: each session has its own sequence numbers\n');
  });
});

describe('tau events --follow', () => {
  test.each([[['--session', 'shop', '--from', '2']], [[]]])('%j goes on until it is interrupted', async (args) => {
    let interrupt: () => void = () => {};
    const answers = withEvents({ shop });
    const subscribe = answers['events.subscribe'];
    const { code, kernel, stderr } = await runTau(['events', '--follow', '--type', 'github.*', ...args], {
      answers: {
        ...answers,
        'events.subscribe': (request: never, options) => {
          queueMicrotask(interrupt);
          return subscribe?.(request, options);
        },
      },
      whenFollowing: (callback) => {
        interrupt = callback;
      },
    });
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    const fromSeq = args.length > 0 ? 2 : 4;
    expect(kernel.calls.at(-1)).toEqual({
      method: 'events.subscribe',
      request: { sessionId: 'shop', fromSeq, types: ['github.*'] },
    });
  });

  test('of all sessions outlasts a kernel that is away, and finds the sessions that are new', async () => {
    const sessions: { [sessionId: string]: readonly corev1.Event[] } = { shop };
    const answers = withEvents(sessions);
    let looks = 0;
    let wasShown = false;
    let interrupt: () => void = () => {};
    const clock = new VirtualClock();
    const following = runTau(['events', '--follow', '--json'], {
      clock,
      whenFollowing: (callback) => {
        interrupt = callback;
      },
      answers: {
        ...answers,
        'sessions.listSessions': (request: never, options) => {
          looks += 1;
          if (looks === 2) throw tauError('UNREACHABLE', 'restarting');
          return answers['sessions.listSessions']?.(request, options);
        },
        'events.subscribe': async function* (request: kernelv1.SubscribeRequest, options: object) {
          const items = answers['events.subscribe']?.(request as never, options) as AsyncIterable<unknown>;
          for await (const item of items) {
            yield item;
            // Who asks for more has shown it.
            wasShown ||= request.sessionId === 'late';
          }
        },
      },
    });
    await eventually(() => looks === 1);
    sessions['late'] = [placed('late', 1, 'note')];
    await eventually(() => {
      clock.advance(2_000);
      return wasShown;
    });
    // The second look was in vain.
    expect(looks).toBeGreaterThan(2);
    interrupt();
    const { code, stdout } = await following;
    expect(code).toBe(130);
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([{ session: 'late', event: { regionSeq: 1, type: 'note' } }]);
  });
});
