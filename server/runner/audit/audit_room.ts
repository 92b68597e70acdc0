import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { whyOf } from '../../../common/why';
import type { AuditView, VerificationView } from '../../../common/api/routes/audit';
import { err, ok, type Result } from '../../../common/result';
import { parseVkey, type VerifierKey } from '../../engine/audit/verifier_key';
import { inBackground } from '../keeping/in_background';
import { refusal, type Refusal } from '../record/refusal';
import type { AuditDisk, AuditRange, AuditReader, CheckpointIndex, Clock, Log } from '../ports';
import type { AgentChain } from './agent_chain';
import type { AnchorTrouble, CheckpointKeeper } from './checkpoint_keeper';
import { verifyEvidence } from './verify/verify';

interface RoomPorts {
  readonly chain: Pick<AgentChain, 'id'>;
  readonly keeper: Pick<CheckpointKeeper, 'figures' | 'troubles' | 'vkey'>;
  readonly reader: AuditReader;
  readonly disk: AuditDisk;
  readonly index: CheckpointIndex | undefined;
  readonly settings: { readonly keys: readonly VerifierKey[]; readonly stdout: boolean };
  readonly clock: Clock;
  readonly log: Log;
}

/** What somebody wants to be checked. */
export interface VerifyOrder extends AuditRange {
  readonly by: string;
  readonly notes: readonly string[];
  /** Verifier keys, as the standard writes them. */
  readonly keys: readonly string[];
}

type Mutable<Value> = { -readonly [Key in keyof Value]: Value[Key] };

const TROUBLES: Readonly<Record<AnchorTrouble['code'], (trouble: AnchorTrouble) => string>> = {
  failing: ({ anchor, since, why }) =>
    `checkpoints of the audit are not anchored since ${since} (${anchor === 'file' ? 'data folder' : 'index of checkpoints'}): ${why}`,
  two_checkpoints: ({ why }) =>
    `two checkpoints of the audit contradict each other: ${why}. Somebody else signs with the key of this agent, or its folder was put back`,
};

/** How the audit of this agent stands, and the checking of all evidence: one at a time. */
export class AuditRoom {
  private run: Mutable<VerificationView> | undefined;

  constructor(private readonly ports: RoomPorts) {}

  get figures(): CheckpointKeeper['figures'] {
    return this.ports.keeper.figures;
  }

  /** The anchors that are wanted, and how each is. */
  get anchors(): AuditView['anchors'] {
    const { keeper, index, settings } = this.ports;
    const places = ['file' as const, ...(index === undefined ? [] : ['index' as const])];
    const anchors = places.map((anchor): AuditView['anchors'][number] => {
      const found = keeper.troubles.find((trouble) => trouble.anchor === anchor);
      return found === undefined
        ? { anchor, state: 'ok' }
        : { anchor, state: found.code, since: found.since, why: found.why };
    });
    return settings.stdout ? [...anchors, { anchor: 'stdout', state: 'ok' }] : anchors;
  }

  troubles(): ReadonlyArray<{ readonly code: string; readonly text: string }> {
    const anchors = this.ports.keeper.troubles.map((trouble) => ({
      code: trouble.code === 'failing' ? 'audit_anchor_failing' : 'audit_two_checkpoints',
      text: TROUBLES[trouble.code](trouble),
    }));
    const report = this.run?.report;
    if (report?.verdict !== 'changed') return anchors;
    const text = `evidence was changed: the verification of ${report.as_of} found ${report.found}; \`reflex verify\` names them`;
    return [...anchors, { code: 'audit_changed', text }];
  }

  async view(): Promise<AuditView> {
    const { chain, keeper, clock } = this.ports;
    const { chained, waiting, size, at } = keeper.figures;
    const vkey = await keeper.vkey().catch(() => undefined);
    return {
      as_of: iso(clock.utc()),
      chain: chain.id,
      ...{ chained, waiting, size },
      anchors: this.anchors,
      ...present({ checkpoint_at: at, vkey, verification: this.run === undefined ? undefined : { ...this.run } }),
    };
  }

  /** Begins to check; one that is under way is told instead. */
  async verify(order: VerifyOrder): Promise<Result<VerificationView, Refusal>> {
    if (this.run?.state === 'running') return ok({ ...this.run });
    const given = order.keys.map((text) => parseVkey(text));
    const bad = given.findIndex((key) => !key.ok);
    if (bad >= 0) return err(refusal('invalid', `key ${bad + 1}: this is no verifier key`));
    const own = await this.ownKeys();
    const keys = [...own, ...given.flatMap((key) => (key.ok ? [key.value] : []))];
    const run: Mutable<VerificationView> = {
      state: 'running',
      started_at: iso(this.ports.clock.utc()),
      by: order.by,
      records: 0,
    };
    this.run = run;
    inBackground(this.ports, 'verifying the audit', this.check(run, order, keys));
    return ok({ ...run });
  }

  private async ownKeys(): Promise<readonly VerifierKey[]> {
    const { keeper, settings } = this.ports;
    const read = parseVkey((await keeper.vkey().catch(() => undefined)) ?? '');
    return [...(read.ok ? [read.value] : []), ...settings.keys];
  }

  private async check(
    run: Mutable<VerificationView>,
    { from, to, notes }: VerifyOrder,
    keys: readonly VerifierKey[],
  ): Promise<void> {
    const { reader, disk, index, clock, log } = this.ports;
    try {
      const anchors = [disk.checkpoints(), ...(index === undefined ? [] : [index.all()])];
      const leaves = disk.leaves.bind(disk);
      run.report = await verifyEvidence(
        { reader, anchors, leaves, clock },
        { ...present({ from, to }), keys, notes, progress: (records) => (run.records = records) },
      );
      run.state = 'done';
      if (run.report.verdict === 'changed') log.error('evidence was changed', { found: run.report.found });
    } catch (cause) {
      run.state = 'failed';
      run.why = whyOf(cause).slice(0, 8_000);
    }
  }
}
