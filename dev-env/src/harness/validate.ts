import type { KernelChannel } from 'tau-core/client';

/** More sessions than any scenario makes. */
const SESSIONS_MAX = 1_000;

/**
 * Has the kernel replay every region from its journal's first record, and compares with the live state.
 *
 * @returns one line for each region that differs or was left out; empty when all is well.
 */
export async function replayProblems(channel: KernelChannel): Promise<readonly string[]> {
  const { validations } = await channel.admin.validate({ region: '' });
  const { sessions } = await channel.sessions.listSessions({ pageSize: SESSIONS_MAX, pageToken: '' });
  const validated = new Set(validations.map(({ region }) => region));
  const missed = sessions.filter(({ sessionId }) => !validated.has(sessionId));
  const differing = validations.filter(
    ({ equal, liveHash, replayedHash }) => !equal || liveHash === '' || liveHash !== replayedHash,
  );
  return [
    ...missed.map(({ sessionId }) => `${sessionId} was not validated`),
    ...differing.map(
      ({ region, seq, liveHash, replayedHash }) => `${region} at ${seq}: live ${liveHash}, replayed ${replayedHash}`,
    ),
  ];
}
