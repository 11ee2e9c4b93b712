import type { BundleReport } from '../commands/bundle.ts';
import type { InitReport } from '../commands/init.ts';
import type { PinReport } from '../commands/pin.ts';
import type { ReleaseReport } from '../commands/release.ts';
import type { LibraryStatus, StatusReport } from '../commands/status.ts';
import type { TagsReport } from '../commands/tags.ts';
import type { VerifyReport } from '../commands/verify.ts';
import type { PublishReport } from '../publish/publish.ts';
import { applied, type Outcome, short, table } from './outcome.ts';

/** What stands out about one library, for the last column. */
function remarks(one: LibraryStatus): string {
  const found: string[] = [];
  if (one.release === null) found.push('no release yet');
  else if (one.pin === null) found.push('not pinned');
  else if (one.pin !== one.release) found.push('newer release');
  if (one.tag === 'missing') found.push('tag missing');
  if (one.tag === 'elsewhere') found.push('tag on another commit');
  if (one.reachable === false) found.push('pin unreachable');
  if (one.pushed === false) found.push('pin not pushed');
  if (one.checkout === 'elsewhere') found.push('another commit checked out');
  if (one.dirty.length > 0) found.push(`dirty (${one.dirty.length})`);
  return found.join(', ');
}

export function renderStatus(report: StatusReport): Outcome {
  const states = [
    report.branch === null ? 'detached' : `on ${report.branch}`,
    ...(report.upstream === null ? [] : [`follows ${report.upstream}`]),
    ...(report.shallow ? ['shallow'] : []),
    report.dirty.length === 0 ? 'clean' : `dirty (${report.dirty.length})`,
  ];
  const rows = report.libraries.map((one) => [
    one.library,
    one.head,
    one.release ?? '-',
    one.pin ?? '-',
    one.distance === null ? '-' : String(one.distance),
    remarks(one),
  ]);
  const heading = ['library', 'head', 'release', 'pin', 'since', ''];
  const lines = [`${short(report.head)} ${states.join(', ')}`, '', ...table([heading, ...rows])];
  return { ok: true, lines, report };
}

export function renderRelease(report: ReleaseReport, apply: boolean): Outcome {
  const made = report.libraries.filter(({ release }) => release !== null);
  const lines = report.resumed.map((tag) => `${apply ? 'completed' : 'to complete'}: the tag ${tag}, left out before`);
  for (const { library, from, release, notes, ranges } of report.libraries) {
    if (release === null) {
      lines.push(`${library} ${from}: nothing new to release`);
      continue;
    }
    // A dry run's commit is another one than the real one will be: it has its time in it.
    lines.push(`${library} ${from ?? '(none)'} -> ${release.version}${apply ? `  ${short(release.commit)}` : ''}`);
    if (notes !== '')
      lines.push(
        ...notes
          .trimEnd()
          .split('\n')
          .map((line) => `  ${line}`.trimEnd()),
      );
    for (const [folder, range] of Object.entries(ranges)) lines.push(`  ${folder} now takes ${library} ${range}`);
  }
  if (made.length > 0) {
    lines.push('', applied(apply, 'released; next: npm run umbrella -- bump --yes'));
  } else if (report.resumed.length > 0) lines.push('', applied(apply, 'completed'));
  return { ok: true, lines, report };
}

export function renderPin(report: PinReport, apply: boolean): Outcome {
  const lines = report.moves.map(
    ({ library, from, to }) => `${library} ${from?.version ?? '(none)'} -> ${to.version}  ${short(to.commit)}`,
  );
  if (lines.length === 0) return { ok: true, lines: ['every pin is where it is to be'], report };
  return { ok: true, lines: [...lines, '', applied(apply, `pinned by ${short(report.head)}`)], report };
}

export function renderVerify(report: VerifyReport): Outcome {
  const pins = Object.entries(report.pins);
  const wrong = new Set(report.problems.map(({ library }) => library));
  const lines = pins.map(([library, version]) => `${wrong.has(library) ? 'FAIL' : 'ok  '} ${library} ${version}`);
  for (const { problem, next } of report.problems) lines.push('', problem, `  next: ${next}`);
  if (pins.length === 0 && report.problems.length === 0) lines.push('nothing is pinned');
  return { ok: report.problems.length === 0, lines, report };
}

export function renderTags(report: TagsReport, apply: boolean): Outcome {
  const word = { there: 'is there', missing: apply ? 'made' : 'to make', elsewhere: 'on another commit' };
  const lines = report.tags.map(({ tag, commit, state }) => `${tag} ${short(commit)}: ${word[state]}`);
  if (lines.length === 0) lines.push('no release is recorded');
  const missing = report.tags.some(({ state }) => state === 'missing');
  return { ok: true, lines: missing ? [...lines, '', applied(apply, 'made what was missing')] : lines, report };
}

export function renderInit(report: InitReport, apply: boolean): Outcome {
  const lines = report.pins.map(
    ({ library, version, commit, before }) => `pins/${library} ${version} ${short(commit)}  ${before}`,
  );
  lines.push(...report.tags.map((tag) => `tag ${tag}: ${apply ? 'made' : 'to make'}`));
  if (report.pins.length === 0) return { ok: true, lines: ['nothing is pinned'], report };
  return { ok: true, lines: [...lines, '', applied(apply, 'checked out, each at its pin')], report };
}

export function renderBundle(report: BundleReport, apply: boolean): Outcome {
  const lines = [
    `${report.file}  ${report.bytes} bytes`,
    `sha256 ${report.sha256}`,
    `sha256 ${report.tarSha256} (uncompressed)`,
  ];
  return { ok: true, lines: [...lines, applied(apply, 'written')], report };
}

export function renderPublish(report: PublishReport, apply: boolean): Outcome {
  const lines = table(report.steps.map(({ name, state }) => [state, name]));
  if (report.steps.every(({ state }) => state === 'was there'))
    return { ok: true, lines: [...lines, '', 'all of it is there'], report };
  return { ok: true, lines: [...lines, '', applied(apply, 'published; the pull request waits for you')], report };
}
