import { versionInForce } from '../runner/trust/in_force';
import { iso } from '../../common/iso';
import {
  compareReleases,
  downloadCandidate,
  downloadRelease,
  getTrust,
  listReleases,
  postFreshness,
  postKeyring,
  proposeRollback,
  rollBackNow,
  uploadBundle,
} from '../../common/api/routes';
import { err, ok, type Result } from '../../common/result';
import { createHash } from 'crypto';
import { auditRefusal } from '../runner/record/audit';
import * as files from '../runner/doctrine/releases/bundle_files';
import * as book from '../runner/doctrine/releases/release_book';
import { refusal, type Refusal } from '../runner/record/refusal';
import * as back from '../runner/doctrine/releases/roll_back';
import * as trust from '../runner/doctrine/releases/trust';
import { serve, type Answered } from './bind';
import type { Serving } from './route_parts';

const withVersion = async <Value>(
  version: string,
  go: (version: number) => Promise<Result<Value, Refusal>>,
): Promise<Result<Value, Refusal>> =>
  /^[1-9]\d{0,8}$/.test(version)
    ? go(Number(version))
    : err(refusal('not_found', `there is no version \`${version}\``));

/** Of the file as it came: what it says of itself may be anything. */
const digestOfBytes = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** One file to keep; its name says what it is. */
const asFile = (
  file: Result<Uint8Array, Refusal>,
  name: string,
): Result<{ readonly answered: Answered<unknown> }, Refusal> =>
  file.ok
    ? ok({
        answered: {
          status: 200,
          body: Buffer.from(file.value),
          headers: {
            'content-type': 'application/gzip',
            'content-disposition': `attachment; filename="${name}"`,
            'x-content-type-options': 'nosniff',
          },
        },
      })
    : file;

const bookRoutes = (parts: Serving<'agent' | 'trustDesk'>): void => {
  serve(parts, listReleases, async ({ query }) => {
    const { agent, trustDesk } = parts.ready();
    const releases = await book.listReleases(trustDesk, query.before);
    return ok({
      as_of: iso(agent.parts.clock.utc()),
      in_force: versionInForce(agent),
      releases: [...releases],
      more: releases.length === book.MOST_LISTED && (releases.at(-1)?.version ?? 1) > 1,
    });
  });
  serve(parts, compareReleases, ({ params, query }) =>
    withVersion(params.version, async (version) => {
      const compared = await back.compareReleases(parts.ready().trustDesk, version, query.from);
      return compared.ok ? ok({ ...compared.value, changes: [...compared.value.changes] }) : compared;
    }),
  );
};

const fileRoutes = (parts: Serving<'agent' | 'trustDesk'>): void => {
  serve(parts, downloadRelease, ({ params }) =>
    withVersion(params.version, async (version) =>
      asFile(await files.releaseFile(parts.ready().trustDesk, version), `reflex-policies-${version}.tar.gz`),
    ),
  );
  serve(parts, downloadCandidate, async ({ params }) =>
    asFile(await files.candidateFile(parts.ready().trustDesk, params.candidate_id), 'reflex-policies-candidate.tar.gz'),
  );
  serve(parts, uploadBundle, async ({ body, caller: { name, singleUser, may }, query }) => {
    if (!(body instanceof Uint8Array) || body.byteLength === 0)
      return err(refusal('invalid', 'send the bundle as the body, as `reflex policies build` wrote it'));
    const { agent, trustDesk } = parts.ready();
    const word = { name, singleUser, mayApprove: may.includes('approve'), noHistory: query.no_history };
    const uploaded = await auditRefusal(
      agent,
      { verb: 'upload', by: name, object: { type: 'bundle', id: 'upload' }, digest: digestOfBytes(body) },
      await files.uploadBundle(trustDesk, body, word),
    );
    return files.releasedView(trustDesk, uploaded);
  });
};

const rollbackRoutes = (parts: Serving<'agent' | 'trustDesk'>): void => {
  serve(parts, proposeRollback, ({ params, body, caller }) =>
    withVersion(params.version, async (version) => {
      const { agent, trustDesk } = parts.ready();
      return auditRefusal(
        agent,
        { verb: 'propose', by: caller.name, object: { type: 'bundle', id: params.version } },
        await back.proposeRollback(trustDesk, version, { by: caller.name, reason: body.reason }),
      );
    }),
  );
  serve(parts, rollBackNow, async ({ body, caller: { name, singleUser } }) => {
    const { agent, trustDesk } = parts.ready();
    const order = { by: name, reason: body.reason, singleUser };
    const about = { type: 'bundle', id: String(body.in_force) };
    const answer = await auditRefusal(
      agent,
      { verb: 'roll_back_now', by: name, object: about },
      await back.rollBackNow(trustDesk, body.in_force, order),
    );
    if (!answer.ok) return answer;
    if (answer.value.kind === 'waits') return ok({ candidate: answer.value.candidate });
    const release = await files.releasedView(trustDesk, ok(answer.value.statement));
    return release.ok ? ok({ release: release.value }) : release;
  });
};

const trustRoutes = (parts: Serving<'agent' | 'trustDesk'>): void => {
  serve(parts, getTrust, async () => ok(await trust.trustHistory(parts.ready().trustDesk)));
  serve(parts, postKeyring, async ({ body, caller }) => {
    const { agent, trustDesk } = parts.ready();
    return auditRefusal(
      agent,
      { verb: 'change_keys', by: caller.name, object: { type: 'keyring', id: String(body.statement.version) } },
      await trust.changeKeys(trustDesk, body, caller.name),
    );
  });
  serve(parts, postFreshness, ({ body, caller }) =>
    trust.handInFreshness(parts.ready().trustDesk, body.statement, caller.name),
  );
};

/** Released versions, going back to one, bundles as files, and whose signatures are believed. */
export const releaseRoutes = (parts: Serving<'agent' | 'trustDesk'>): void => {
  bookRoutes(parts);
  fileRoutes(parts);
  rollbackRoutes(parts);
  trustRoutes(parts);
};
