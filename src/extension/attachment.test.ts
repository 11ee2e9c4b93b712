import { describe, expect, test } from 'vitest';
import type * as corev1 from '../contract/core-v1.js';
import { type DownFrame, type UpFrame, Verdict, Work, type WorkRef } from '../contract/extension-v1.js';
import { outcomeToProto } from '../contract/outcome.js';
import { type Instant, instant } from '../vocabulary/instant.js';
import { Attachment, type AttachmentAction, type WorkEntry } from './attachment.js';

/** `a#1@7` is attempt 1 with fence 7 of work a. */
function ref(text: string): WorkRef {
  const [, workId = '', attempt = '', fence = ''] = /^(\w+)#(\d+)@(\d+)$/.exec(text) ?? [];
  return { workId, attempt: Number(attempt), fence: Number(fence) };
}

const refText = (r: WorkRef | undefined): string => (r === undefined ? '?' : `${r.workId}#${r.attempt}@${r.fence}`);
const refsText = (refs: readonly WorkRef[]): string => `[${refs.map(refText).join(' ')}]`;

function frameText({ frame }: UpFrame): string {
  switch (frame?.$case) {
    case 'hello':
      return `hello ${frame.value.registrationId} last=${frame.value.lastSeq} running=${refsText(frame.value.running)} kept=${refsText(frame.value.kept)}`;
    case 'credit':
      return `credit ${frame.value.items} items, ${frame.value.bytes} bytes`;
    case 'result':
      return `result ${refText(frame.value.ref)} ${frame.value.outcome?.kind?.$case}`;
    case 'progress':
      return `progress ${refText(frame.value.ref)} ${frame.value.content?.body?.value}`;
    case 'pong':
      return `pong ${frame.value.nonce}`;
    default:
      return frame?.$case ?? 'nothing';
  }
}

/** Plays a script against the machine and writes down what went in and what came out. */
class Script {
  readonly machine = new Attachment({ creditItems: 2, creditBytes: 10_000 });
  readonly entries = new Map<string, WorkEntry>();
  /** Items granted so far. */
  credited = 0;
  readonly #lines: string[] = [];
  #now = 0;
  #seq = 0;

  get now(): Instant {
    return instant(this.#now);
  }

  registered(id: string, leaseTtlMs: number): this {
    this.#seq = 0;
    return this.#did(`registered ${id} lease=${leaseTtlMs}`, this.machine.registered(id, leaseTtlMs) ?? []);
  }

  open(): this {
    return this.#did('open', this.machine.opened(this.now));
  }

  cut(): this {
    this.machine.cut();
    return this.#did('cut', []);
  }

  down(label: string, ...frames: NonNullable<DownFrame['frame']>[]): this {
    const first = this.#seq + 1;
    this.#seq += frames.length;
    const numbered = frames.map((frame, index) => ({ seq: first + index, frame }));
    return this.#did(label, this.machine.received(numbered, this.now));
  }

  again(seq: number, frame: NonNullable<DownFrame['frame']>): this {
    return this.#did(`frame ${seq} again`, this.machine.received([{ seq, frame }], this.now));
  }

  welcome(lists: { keep?: string[]; abort?: string[]; resend?: string[]; forget?: string[] } = {}): this {
    const label = Object.entries(lists).map(([name, refs]) => ` ${name}=[${refs.join(' ')}]`);
    const list = (refs: string[] = []): WorkRef[] => refs.map(ref);
    const value = {
      epoch: 3,
      keep: list(lists.keep),
      abort: list(lists.abort),
      resend: list(lists.resend),
      forget: list(lists.forget),
    };
    return this.down(`welcome${label.join('')}`, { $case: 'welcome', value });
  }

  work(...refs: string[]): this {
    return this.down(`work ${refs.join(' ')}`, ...refs.map(work));
  }

  cancel(text: string): this {
    return this.down(`cancel ${text}`, { $case: 'cancel', value: { ref: ref(text), reason: 'asked' } });
  }

  ack(text: string, verdict: Verdict = Verdict.ACCEPTED): this {
    return this.down(`ack ${text} ${Verdict[verdict]}`, { $case: 'ack', value: { ref: ref(text), verdict } });
  }

  settle(text: string, output = 'x'): this {
    const entry = this.entries.get(text);
    if (entry === undefined) throw new Error(`${text} was never started`);
    return this.#did(`settled ${text}`, this.machine.settled(entry, outcomeToProto({ kind: 'ok', output })));
  }

  progress(text: string): this {
    const entry = this.entries.get(text);
    if (entry === undefined) throw new Error(`${text} was never started`);
    const content: corev1.Content = { mediaType: 'text/plain', name: '', body: { $case: 'text', value: '50 %' } };
    return this.#did(`progress ${text}`, this.machine.progressed(entry, content));
  }

  leave(): this {
    return this.#did('leave', this.machine.leave());
  }

  /** Lets time pass, and the machine expire when it wanted to. */
  wait(ms: number): this {
    this.#now += ms;
    const deadline = this.machine.nextDeadline();
    const due = deadline !== undefined && deadline <= this.#now;
    return this.#did(`+${ms} ms${due ? '' : ', nothing due'}`, due ? this.machine.expired(this.now) : []);
  }

  transcript(): string {
    return `\n${this.#lines.join('\n')}\n`;
  }

  #did(label: string, actions: readonly AttachmentAction[]): this {
    this.#lines.push(`> ${label}`);
    for (const action of actions) this.#lines.push(`    ${this.#text(action)}`);
    const credit = this.machine.takeCredit();
    if (credit?.frame?.$case === 'credit') {
      this.credited += credit.frame.value.items;
      this.#lines.push(`    send ${frameText(credit)}`);
    }
    return this;
  }

  #text(action: AttachmentAction): string {
    switch (action.type) {
      case 'send':
        return `send ${frameText(action.frame)}`;
      case 'start':
        this.entries.set(refText(action.entry.ref), action.entry);
        return `start ${refText(action.entry.ref)}`;
      case 'abort':
        return `abort ${refText(action.entry.ref)}: ${action.error.id} ${action.error.message}`;
      case 'attached':
        return `attached, epoch ${action.epoch}`;
      case 'cut':
        return 'cut';
    }
  }
}

function work(text: string): NonNullable<DownFrame['frame']> {
  return { $case: 'work', value: Work.fromPartial({ ref: ref(text), capability: 'action:x', inputJson: '{"a":1}' }) };
}

function attached(): Script {
  return new Script().registered('r1', 1000).open().welcome();
}

describe('transcripts', () => {
  test('a result is sent once, kept until acknowledged, and its credit comes back', () => {
    const script = attached()
      .work('a#1@1', 'b#1@2')
      .settle('a#1@1')
      .ack('a#1@1')
      .settle('b#1@2')
      .ack('b#1@2', Verdict.STALE);
    expect(script.transcript()).toMatchInlineSnapshot(`
      "
      > registered r1 lease=1000
      > open
          send hello r1 last=0 running=[] kept=[]
      > welcome
          attached, epoch 3
          send credit 2 items, 10000 bytes
      > work a#1@1 b#1@2
          start a#1@1
          start b#1@2
      > settled a#1@1
          send result a#1@1 ok
          send credit 1 items, 263 bytes
      > ack a#1@1 ACCEPTED
      > settled b#1@2
          send result b#1@2 ok
          send credit 1 items, 263 bytes
      > ack b#1@2 STALE
      "
    `);
    expect(script.machine.idle).toBe(true);
  });

  test('a cut: running goes on, kept results are offered again, what ended meanwhile too', () => {
    const script = attached().work('a#1@1', 'b#1@2').settle('a#1@1').cut().open().settle('b#1@2');
    script
      .welcome({ keep: ['b#1@2'], resend: ['a#1@1'] })
      .ack('a#1@1', Verdict.DUPLICATE)
      .ack('b#1@2');
    expect(script.transcript()).toMatchInlineSnapshot(`
      "
      > registered r1 lease=1000
      > open
          send hello r1 last=0 running=[] kept=[]
      > welcome
          attached, epoch 3
          send credit 2 items, 10000 bytes
      > work a#1@1 b#1@2
          start a#1@1
          start b#1@2
      > settled a#1@1
          send result a#1@1 ok
          send credit 1 items, 263 bytes
      > cut
      > open
          send hello r1 last=3 running=[b#1@2] kept=[a#1@1]
      > settled b#1@2
      > welcome keep=[b#1@2] resend=[a#1@1]
          attached, epoch 3
          send result a#1@1 ok
          send result b#1@2 ok
          send credit 2 items, 10000 bytes
      > ack a#1@1 DUPLICATE
      > ack b#1@2 ACCEPTED
      "
    `);
    expect(script.machine.idle).toBe(true);
  });

  test('Welcome says what to stop and what to forget; a stopped handler gives back its credit and no result', () => {
    const script = attached().work('a#1@1', 'b#1@2').settle('a#1@1').cut().open();
    script.welcome({ abort: ['b#1@2'], forget: ['a#1@1'] }).settle('b#1@2');
    expect(script.transcript()).toMatchInlineSnapshot(`
      "
      > registered r1 lease=1000
      > open
          send hello r1 last=0 running=[] kept=[]
      > welcome
          attached, epoch 3
          send credit 2 items, 10000 bytes
      > work a#1@1 b#1@2
          start a#1@1
          start b#1@2
      > settled a#1@1
          send result a#1@1 ok
          send credit 1 items, 263 bytes
      > cut
      > open
          send hello r1 last=3 running=[b#1@2] kept=[a#1@1]
      > welcome abort=[b#1@2] forget=[a#1@1]
          attached, epoch 3
          abort b#1@2: TAU-3003 the kernel no longer waits for this work
          send credit 1 items, 9737 bytes
      > settled b#1@2
          send credit 1 items, 263 bytes
      "
    `);
    expect(script.machine.idle).toBe(true);
  });

  test('cancel names the attempt; the handler still ends by its result', () => {
    const script = attached()
      .work('a#2@5')
      .cancel('a#1@4')
      .cancel('b#1@1')
      .cancel('a#2@5')
      .settle('a#2@5')
      .cancel('a#2@5');
    expect(script.transcript()).toMatchInlineSnapshot(`
      "
      > registered r1 lease=1000
      > open
          send hello r1 last=0 running=[] kept=[]
      > welcome
          attached, epoch 3
          send credit 2 items, 10000 bytes
      > work a#2@5
          start a#2@5
      > cancel a#1@4
      > cancel b#1@1
      > cancel a#2@5
          abort a#2@5: TAU-4002 asked
      > settled a#2@5
          send result a#2@5 ok
          send credit 1 items, 263 bytes
      > cancel a#2@5
      "
    `);
  });

  test('a newer fence takes the place of an older one, running or kept', () => {
    const script = attached().work('a#1@1').work('a#2@2').settle('a#1@1').settle('a#2@2').work('a#3@3').ack('a#2@2');
    expect(script.transcript()).toMatchInlineSnapshot(`
      "
      > registered r1 lease=1000
      > open
          send hello r1 last=0 running=[] kept=[]
      > welcome
          attached, epoch 3
          send credit 2 items, 10000 bytes
      > work a#1@1
          start a#1@1
      > work a#2@2
          abort a#1@1: TAU-3003 a newer attempt takes the place of this one
          start a#2@2
      > settled a#1@1
          send credit 1 items, 263 bytes
      > settled a#2@2
          send result a#2@2 ok
          send credit 1 items, 263 bytes
      > work a#3@3
          start a#3@3
      > ack a#2@2 ACCEPTED
      "
    `);
    expect(script.machine.idle).toBe(false);
  });

  test('work that was sent twice runs once', () => {
    const script = attached().work('a#1@1').work('a#1@1').settle('a#1@1').work('a#1@1').again(2, work('a#1@1'));
    expect(script.transcript()).toMatchInlineSnapshot(`
      "
      > registered r1 lease=1000
      > open
          send hello r1 last=0 running=[] kept=[]
      > welcome
          attached, epoch 3
          send credit 2 items, 10000 bytes
      > work a#1@1
          start a#1@1
      > work a#1@1
          send credit 1 items, 263 bytes
      > settled a#1@1
          send result a#1@1 ok
          send credit 1 items, 263 bytes
      > work a#1@1
          send result a#1@1 ok
          send credit 1 items, 263 bytes
      > frame 2 again
      "
    `);
  });

  test('silence: the lease ends, handlers are told to stop, the stream is given up', () => {
    const script = attached()
      .work('a#1@1')
      .wait(999)
      .wait(1)
      .settle('a#1@1')
      .cut()
      .open()
      .welcome({ resend: ['a#1@1'] });
    expect(script.transcript()).toMatchInlineSnapshot(`
      "
      > registered r1 lease=1000
      > open
          send hello r1 last=0 running=[] kept=[]
      > welcome
          attached, epoch 3
          send credit 2 items, 10000 bytes
      > work a#1@1
          start a#1@1
      > +999 ms, nothing due
      > +1 ms
          abort a#1@1: TAU-3003 the kernel was silent for 1000 ms: the lease has ended
          cut
      > settled a#1@1
          send result a#1@1 ok
          send credit 1 items, 263 bytes
      > cut
      > open
          send hello r1 last=2 running=[] kept=[a#1@1]
      > welcome resend=[a#1@1]
          attached, epoch 3
          send result a#1@1 ok
          send credit 2 items, 10000 bytes
      "
    `);
  });

  test('any frame renews the lease, a new stream alone does not', () => {
    const script = attached()
      .work('a#1@1')
      .wait(900)
      .down('ping', { $case: 'ping', value: { nonce: 7 } })
      .wait(900);
    script.cut().open().wait(99).wait(1).wait(899).wait(1);
    expect(script.transcript()).toMatchInlineSnapshot(`
      "
      > registered r1 lease=1000
      > open
          send hello r1 last=0 running=[] kept=[]
      > welcome
          attached, epoch 3
          send credit 2 items, 10000 bytes
      > work a#1@1
          start a#1@1
      > +900 ms, nothing due
      > ping
          send pong 7
      > +900 ms, nothing due
      > cut
      > open
          send hello r1 last=3 running=[a#1@1] kept=[]
      > +99 ms, nothing due
      > +1 ms
          abort a#1@1: TAU-3003 the kernel was silent for 1000 ms: the lease has ended
      > +899 ms, nothing due
      > +1 ms
          cut
      "
    `);
  });

  test('a new registration counts its frames from 1', () => {
    const script = attached()
      .work('a#1@1')
      .cut()
      .registered('r2', 1000)
      .open()
      .welcome({ keep: ['a#1@1'] })
      .work('b#1@9');
    expect(script.transcript()).toMatchInlineSnapshot(`
      "
      > registered r1 lease=1000
      > open
          send hello r1 last=0 running=[] kept=[]
      > welcome
          attached, epoch 3
          send credit 2 items, 10000 bytes
      > work a#1@1
          start a#1@1
      > cut
      > registered r2 lease=1000
      > open
          send hello r2 last=0 running=[a#1@1] kept=[]
      > welcome keep=[a#1@1]
          attached, epoch 3
          send credit 1 items, 9737 bytes
      > work b#1@9
          start b#1@9
      "
    `);
  });

  test('leaving: no credit goes back, results still do, on later streams too', () => {
    const script = attached()
      .work('a#1@1', 'b#1@2')
      .leave()
      .leave()
      .settle('a#1@1')
      .cut()
      .open()
      .welcome()
      .settle('b#1@2');
    expect(script.transcript()).toMatchInlineSnapshot(`
      "
      > registered r1 lease=1000
      > open
          send hello r1 last=0 running=[] kept=[]
      > welcome
          attached, epoch 3
          send credit 2 items, 10000 bytes
      > work a#1@1 b#1@2
          start a#1@1
          start b#1@2
      > leave
          send leaving
      > leave
      > settled a#1@1
          send result a#1@1 ok
      > cut
      > open
          send hello r1 last=3 running=[b#1@2] kept=[a#1@1]
      > welcome
          attached, epoch 3
          send result a#1@1 ok
          send leaving
      > settled b#1@2
          send result b#1@2 ok
      "
    `);
  });

  test('progress passes only while somebody can watch', () => {
    const script = attached().work('a#1@1').progress('a#1@1').cut().progress('a#1@1').open().progress('a#1@1');
    script
      .welcome({ keep: ['a#1@1'] })
      .progress('a#1@1')
      .settle('a#1@1')
      .progress('a#1@1');
    expect(script.transcript()).toMatchInlineSnapshot(`
      "
      > registered r1 lease=1000
      > open
          send hello r1 last=0 running=[] kept=[]
      > welcome
          attached, epoch 3
          send credit 2 items, 10000 bytes
      > work a#1@1
          start a#1@1
      > progress a#1@1
          send progress a#1@1 50 %
      > cut
      > progress a#1@1
      > open
          send hello r1 last=2 running=[a#1@1] kept=[]
      > progress a#1@1
      > welcome keep=[a#1@1]
          attached, epoch 3
          send credit 1 items, 9737 bytes
      > progress a#1@1
          send progress a#1@1 50 %
      > settled a#1@1
          send result a#1@1 ok
          send credit 1 items, 263 bytes
      > progress a#1@1
      "
    `);
  });

  test('a kernel that sends more than twice its credit is refused the rest', () => {
    const script = attached().work('a#1@1', 'b#1@2', 'c#1@3', 'd#1@4', 'e#1@5');
    expect(script.transcript()).toMatchInlineSnapshot(`
      "
      > registered r1 lease=1000
      > open
          send hello r1 last=0 running=[] kept=[]
      > welcome
          attached, epoch 3
          send credit 2 items, 10000 bytes
      > work a#1@1 b#1@2 c#1@3 d#1@4 e#1@5
          start a#1@1
          start b#1@2
          start c#1@3
          start d#1@4
          send result e#1@5 failed
          send credit 1 items, 263 bytes
      "
    `);
  });

  test('frames of a newer version and frames without a reference change nothing', () => {
    const script = attached().down('ack of nothing', {
      $case: 'ack',
      value: { ref: undefined, verdict: Verdict.STALE },
    });
    script.down('work without a name', { $case: 'work', value: Work.fromPartial({}) });
    expect(script.machine.received([{ seq: 99, frame: undefined }], script.now)).toStrictEqual([]);
    expect(script.machine.idle).toBe(true);
  });
});

test('credit is withheld while unacknowledged results come near their limit, and given when they are taken', () => {
  const script = attached();
  let done = 0;
  while (done < script.credited && done < 5000) {
    done += 1;
    script.work(`w${done}#1@${done}`).settle(`w${done}#1@${done}`);
  }
  expect([done, script.credited]).toStrictEqual([1024, 1024]);
  script.ack('w1#1@1');
  expect(script.credited).toBe(1024);
  script.ack('w2#1@2');
  expect(script.credited).toBe(1026);
});
