import {
  compareReleases, downloadCandidate, downloadRelease, getTrust, listReleases, postFreshness, postKeyring, proposeRollback, rollBackNow, uploadBundle,
} from '../../common/api/routes'; // prettier-ignore
import { err, ok, type Result } from '../../common/result';
import * as files from '../runner/operations/bundle_files';
import * as book from '../runner/operations/release_book';
import { refusal, type Refusal } from '../runner/operations/refusal';
import * as back from '../runner/operations/roll_back';
import * as trust from '../runner/operations/trust';
import { isoOf } from '../runner/shift_parts';
import { serve, type Answered } from './bind';
import type { RouteParts } from './route_parts';

const withVersion = async <Value>(
  version: string,
  go: (version: number) => Promise<Result<Value, Refusal>>,
): Promise<Result<Value, Refusal>> =>
  /^[1-9]\d{0,8}$/.test(version)
    ? go(Number(version))
    : err(refusal('not_found', `there is no version \`${version}\``));

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

/** Released versions, going back to one, bundles as files, and whose signatures are believed. */
export const releaseRoutes = (parts: RouteParts): void => {
  serve(parts, listReleases, async () => {
    const releases = await book.listReleases(parts.trustDesk);
    return ok({
      as_of: isoOf(parts.agent.parts.clock),
      in_force: parts.agent.parts.bundles.status?.version ?? 0,
      releases: [...releases],
    });
  });
  serve(parts, compareReleases, ({ params, query }) =>
    withVersion(params.version, async (version) => {
      const compared = await back.compareReleases(parts.trustDesk, version, query.from);
      return compared.ok ? ok({ ...compared.value, changes: [...compared.value.changes] }) : compared;
    }),
  );
  serve(parts, downloadRelease, ({ params }) =>
    withVersion(params.version, async (version) =>
      asFile(await files.releaseFile(parts.trustDesk, version), `reflex-policies-${version}.tar.gz`),
    ),
  );
  serve(parts, downloadCandidate, async ({ params }) =>
    asFile(await files.candidateFile(parts.trustDesk, params.candidate_id), 'reflex-policies-candidate.tar.gz'),
  );
  serve(parts, proposeRollback, ({ params, body, caller }) =>
    withVersion(params.version, (version) =>
      back.proposeRollback(parts.trustDesk, version, { by: caller.name, reason: body.reason }),
    ),
  );
  serve(parts, rollBackNow, async ({ body, caller }) => {
    const released = await back.rollBackNow(parts.trustDesk, body.in_force, { by: caller.name, reason: body.reason });
    return files.releasedView(parts.trustDesk, released);
  });
  serve(parts, uploadBundle, async ({ body, caller }) => {
    if (!(body instanceof Uint8Array) || body.byteLength === 0)
      return err(refusal('invalid', 'send the bundle as the body, as `reflex policies build` wrote it'));
    const { name, singleUser } = caller;
    return files.releasedView(parts.trustDesk, await files.uploadBundle(parts.trustDesk, body, { name, singleUser }));
  });
  serve(parts, getTrust, async () => ok(trust.trustView(parts.trustDesk)));
  serve(parts, postKeyring, ({ body, caller }) => trust.changeKeys(parts.trustDesk, body, caller.name));
  serve(parts, postFreshness, ({ body, caller }) =>
    trust.handInFreshness(parts.trustDesk, body.statement, caller.name),
  );
};
