import { SETUP_LINES, type SetupLine, type SetupLineView, type SetupView } from '../../../../common/api/routes';
import { iso } from '../../../../common/iso';
import { err, ok, type Result } from '../../../../common/result';
import { whyOf } from '../../../../common/why';
import { isFileOfKey } from '../../../engine/policy/key_backup';
import type { Signer } from '../../../engine/policy/signer';
import type { AgentWith, JoinedWith } from '../../agent/views';
import { inBackground } from '../../keeping/in_background';
import type { ClusterLook, ConnectorHealths, FolderLook } from '../../ports';
import { askedAndDone, audit, auditRefusal } from '../../record/audit';
import { refusal, type Refusal } from '../../record/refusal';
import type { SourceHealth } from '../../sources/source_health';
import type { SourceDesk } from '../../sources/subscriptions/desk';
import { approverLine, connectorLine } from './acting_lines';
import { indicesLine, roleLine } from './cluster_lines';
import { inventoryLine, sourceLine, webhookLine } from './flow_lines';
import { found, type Found } from './found';
import { CONFIRMED, folderLine, keyLine } from './own_lines';

type SetupAgent = AgentWith<
  'chance' | 'changed' | 'clock' | 'connectors' | 'evidence' | 'inventory' | 'log' | 'people' | 'store'
> &
  JoinedWith<'session'>;

/** What the set-up is looked at with. */
export interface SetupPorts {
  readonly agent: SetupAgent;
  /** The machine of this host. */
  readonly host: string;
  readonly cluster: ClusterLook;
  readonly folder: () => Promise<FolderLook>;
  /** What the settings, or the host's default, say of the folder. */
  readonly isFolderDurable: boolean;
  readonly signers: readonly Signer[];
  /** How many keys are believed here. */
  readonly trustedKeys: () => number;
  /** How many of them have to sign. */
  readonly threshold: () => number;
  readonly sources: SourceDesk;
  readonly sourceHealth: Pick<SourceHealth, 'list' | 'standing'>;
  readonly health: Pick<ConnectorHealths, 'healthOf'>;
  readonly connectorFaults: readonly string[];
}

type Aside = NonNullable<SetupLineView['aside']>;

interface Looked extends Found {
  readonly at: string;
}

const ASIDE = 'set_up_aside';
const WANTED = 'set_up_wanted';
const MOST_WORDS = 200;

/** Who looks at the page again and again looks at what was found so short a time ago, ms. */
const FRESH_MS = 20_000;
/** While something is open it is looked at anew this often, if somebody asks how Reflex is, ms. */
const AGAIN_MS = 10 * 60_000;

const NEVER: Looked = { ...found('unknown', 'not_looked'), at: iso(0) };

/** How the set-up stands: each line as of the last look of this host, and what people said of it. */
export class SetupBook {
  private readonly looked = new Map<SetupLine, Looked>();
  private asides: ReadonlyMap<SetupLine, Aside> = new Map();
  /** Words of people that the search may not find yet. */
  private readonly said = new Map<SetupLine, { readonly at: string; readonly aside: Aside | undefined }>();
  private lookedAt = -Infinity;
  private underWay: Promise<void> | undefined;
  private technical: string | undefined;

  constructor(private readonly ports: SetupPorts) {}

  /** Lines that are neither green nor set aside; undefined until somebody looked. */
  get open(): number | undefined {
    if (this.looked.size < SETUP_LINES.length) return undefined;
    return SETUP_LINES.filter((line) => this.lookedOf(line).state !== 'green' && !this.asides.has(line)).length;
  }

  /** The last look at each line, for whoever measures. */
  get states(): ReadonlyMap<SetupLine, Found['state']> {
    return new Map([...this.looked].map(([line, { state }]) => [line, state]));
  }

  /** Looks in the background, if something is open and it was not looked at for a while. */
  keep(): void {
    const { agent } = this.ports;
    if (agent.shift === undefined || this.open === 0) return;
    if (agent.parts.clock.monotonic() - this.lookedAt < AGAIN_MS) return;
    inBackground(agent.parts, 'looking at the set-up', this.look());
  }

  /** How it stands, not older than some seconds. */
  async view(): Promise<SetupView> {
    if (this.ports.agent.parts.clock.monotonic() - this.lookedAt >= FRESH_MS) await this.look();
    return this.asView();
  }

  /** Looks anew and proves it: OpenSearch sends its test message, where there is a channel. */
  async check(line?: SetupLine): Promise<SetupView> {
    const lines = line === undefined ? SETUP_LINES : [line];
    await Promise.all(lines.map((each) => this.lookAt(each, true)));
    if (line === undefined) this.lookedAt = this.ports.agent.parts.clock.monotonic();
    await this.readAsides();
    this.ports.agent.parts.changed('setup', line ?? 'all');
    return this.asView();
  }

  /** A person says that a line is not wanted here, or takes that back. */
  async setAside(
    line: SetupLine,
    { aside, by, reason }: { readonly aside: boolean; readonly by: string; readonly reason: string },
  ): Promise<Result<SetupView, Refusal>> {
    const { agent } = this.ports;
    await audit(agent, { verb: aside ? ASIDE : WANTED, by, object: { type: 'setup', id: line }, text: reason });
    const at = iso(agent.parts.clock.utc());
    this.said.set(line, { at, aside: aside ? { by, at, reason } : undefined });
    await this.readAsides();
    agent.parts.changed('setup', line);
    return ok(await this.view());
  }

  /** Somebody shows that they have the file of the key that signs here. */
  async confirmBackup({
    sha256,
    by,
  }: {
    readonly sha256: string;
    readonly by: string;
  }): Promise<Result<SetupView, Refusal>> {
    const { agent, signers } = this.ports;
    const key = signers[0]?.held;
    if (key === undefined) return err(refusal('not_found', 'no key signs at this host: it is backed up where it is'));
    const entry = { verb: CONFIRMED, by, object: { type: 'signing_key', id: key.keyId } };
    const answer = await askedAndDone(agent, entry, async () =>
      isFileOfKey(key, sha256)
        ? ok(key.keyId)
        : err(
            refusal(
              'invalid',
              `this is not the sha256 of a file with the key ${key.keyId}: run \`sha256sum\` on the backup of this very key, not of another host's`,
            ),
          ),
    );
    const filed = await auditRefusal(agent, entry, answer);
    if (!filed.ok) return filed;
    const at = iso(agent.parts.clock.utc());
    // The search finds it a second later.
    this.looked.set('key', { ...found('green', 'key_backed_up', { key: key.keyId, by, at, ...this.keys() }), at });
    agent.parts.changed('setup', 'key');
    return ok(this.asView());
  }

  private keys(): { readonly trusted: number; readonly threshold: number } {
    return { trusted: this.ports.trustedKeys(), threshold: this.ports.threshold() };
  }

  /** One look at a time: whoever comes meanwhile gets the same. */
  private look(): Promise<void> {
    this.underWay ??= this.lookAtAll().finally(() => {
      this.underWay = undefined;
    });
    return this.underWay;
  }

  private async lookAtAll(): Promise<void> {
    this.lookedAt = this.ports.agent.parts.clock.monotonic();
    await Promise.all(SETUP_LINES.map((line) => this.lookAt(line, false)));
    await this.readAsides();
  }

  /** What cannot be looked at is not green. */
  private async lookAt(line: SetupLine, prove: boolean): Promise<void> {
    const { clock } = this.ports.agent.parts;
    const result = await this.found(line, prove).catch((cause: unknown) =>
      found('unknown', 'not_looked', { why: whyOf(cause) }),
    );
    this.looked.set(line, { ...result, at: iso(clock.utc()) });
  }

  private found(line: SetupLine, prove: boolean): Promise<Found> {
    const { agent, cluster, sources, sourceHealth, health, connectorFaults } = this.ports;
    switch (line) {
      case 'role':
        return roleLine(cluster);
      case 'indices':
        return indicesLine(cluster);
      case 'key':
        return keyLine(agent, this.ports.signers, this.keys());
      case 'folder':
        return this.ports.folder().then((look) => folderLine(look, this.ports.isFolderDurable));
      case 'webhook':
        return webhookLine(sources, prove);
      case 'inventory':
        return inventoryLine(agent);
      case 'source':
        return sourceLine(agent, sourceHealth);
      case 'connector':
        return connectorLine(agent, health, connectorFaults);
      case 'approver':
        return this.account().then((technical) => approverLine(agent, technical));
    }
  }

  /** Whom OpenSearch takes us for does not change while we run. */
  private async account(): Promise<string | undefined> {
    this.technical ??= (await this.ports.cluster.account()).user;
    return this.technical;
  }

  /** What people said last of each line, by the record and by what was said here just now. */
  private async readAsides(): Promise<void> {
    const { evidence } = this.ports.agent.parts;
    const query = { verb: [ASIDE, WANTED], 'object.type': 'setup' };
    const { entries } = await evidence.find({ family: 'audit', where: query, order: 'newest', limit: MOST_WORDS });
    const last = new Map<string, { readonly at: string; readonly aside: Aside | undefined }>();
    for (const { at, body } of entries) {
      const { object, verb, by, text } = body as {
        object?: { id?: unknown };
        verb?: unknown;
        by?: unknown;
        text?: unknown;
      };
      const id = String(object?.id);
      const aside = { by: String(by), at, reason: String(text) };
      if (!last.has(id)) last.set(id, { at, aside: verb === ASIDE ? aside : undefined });
    }
    for (const [line, said] of this.said) if (said.at >= (last.get(line)?.at ?? '')) last.set(line, said);
    this.asides = new Map(
      SETUP_LINES.flatMap((line) => {
        const aside = last.get(line)?.aside;
        return aside === undefined ? [] : [[line, aside] as const];
      }),
    );
  }

  private lookedOf(line: SetupLine): Looked {
    return this.looked.get(line) ?? NEVER;
  }

  private asView(): SetupView {
    const { agent, host } = this.ports;
    return {
      as_of: iso(agent.parts.clock.utc()),
      host,
      open: this.open ?? SETUP_LINES.length,
      lines: SETUP_LINES.map((line) => {
        const { proof, facts, ...looked } = this.lookedOf(line);
        const aside = this.asides.get(line);
        return {
          line,
          ...looked,
          facts: { ...facts },
          ...(proof === undefined ? {} : { proof: [...proof] }),
          ...(aside === undefined ? {} : { aside }),
        };
      }),
    };
  }
}
