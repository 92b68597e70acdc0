import type { AuditReport } from '../../../common/api/routes';
import type { FakeAuditDisk } from '../../fakes/fake_audit';
import { parseVkey } from '../../../server/engine/audit/verifier_key';
import { verifyEvidence } from '../../../server/runner/audit/verify/verify';
import { fakeAuditReader } from '../../fakes/fake_audit';
import type { World } from '../world';
import type { Violations } from './violations';

/** INV-8: nobody changed anything, so verifying finds nothing, whatever crashed and whatever was late. */
export const checkChains = async (world: World, violations: Violations): Promise<AuditReport> => {
  const origins = new Set([...world.checkpoints.filed.values()].map(({ origin }) => origin));
  const lines = await Promise.all(
    [...origins].flatMap((origin) => world.agents.map(({ audit }) => audit.signer.vkey(origin))),
  );
  const keys = lines.flatMap((line) => {
    const read = parseVkey(line);
    return read.ok ? [read.value] : [];
  });
  // A key signs for the log of its own agent only.
  const own = keys.filter(({ name, keyId }) =>
    [...world.checkpoints.filed.values()].some(({ origin, note }) => origin === name && isSignedBy(note, keyId)),
  );
  const disks = world.agents.map(({ audit }) => audit.disk);
  const report = await verifyEvidence(
    {
      reader: fakeAuditReader(world.evidence),
      anchors: [world.checkpoints.all(), ...disks.map((disk) => disk.checkpoints())],
      leaves: (origin, from, to) => leavesOf(disks, origin, from, to),
      clock: { utc: () => world.epoch + world.now },
    },
    { keys: own, notes: [] },
  );
  for (const { kind, text } of report.findings) violations.add('INV-8', `${kind}: ${text}`);
  return report;
};

const isSignedBy = (note: string, keyId: string): boolean =>
  note
    .split('\n')
    .filter((line) => line.startsWith('— '))
    .some(
      (line) =>
        Buffer.from(line.split(' ')[2] ?? '', 'base64')
          .subarray(0, 4)
          .toString('hex') === keyId,
    );

async function* leavesOf(disks: readonly FakeAuditDisk[], origin: string, from: number, to: number) {
  for (const disk of disks) if (disk.origin() === origin) yield* disk.leaves(origin, from, to);
}
