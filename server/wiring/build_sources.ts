import { alertReader } from '../adapters/alerting/alert_reader';
import { bundleTarball } from '../adapters/opa/bundle_tarball';
import { realClock } from '../adapters/system/real_clock';
import type { HostParts } from '../hosts/host_parts';
import type { Ready } from '../routes/route_parts';
import type { Agent } from '../runner/agent/agent';
import { BacktestDesk } from '../runner/doctrine/backtest/desk';
import { committingTo } from '../runner/doctrine/catalog/policy_commits';
import { AlertIntake } from '../runner/sources/alerts/alert_intake';
import type { AlertSource } from '../runner/sources/alerts/alert_source';
import { Monitors } from '../runner/sources/alerts/monitors';
import { SourceHealth } from '../runner/sources/source_health';
import { nameOf } from './build_agent';
import type { Trust } from './build_trust';
import { policyHome, type PolicyHome } from './doctrine';
import { healthOfAlerts } from './health_of_alerts';
import { configuredSources, readBySettings, type ConfiguredSources } from './intake_sources';
import type { Life } from './life';
import type { Disk } from './open_disk';
import { handOverOf, type HandingOverAll } from './hand_over';
import { outcomesOf, type Outcomes } from './outcomes';
import type { SecretBook } from './secrets';
import type { Stores } from './stores';
import { subscriptionsOf, type Subscriptions } from './subscriptions';
import { ownToken, sayTokens, tokenOwners, withOwn, type TokenOwner } from './tokens';
import { IntakeTokens } from '../runner/sources/intake_tokens';
import { ReadingBook } from '../runner/sources/reading_book';
import { MadeList } from '../runner/sources/made_tokens';
import { RevokedList } from '../runner/sources/revoked_tokens';

/** Alerts of OpenSearch, and the subscriptions that send them at once. */
interface Alerts extends Pick<Ready, 'alerts' | 'sources' | 'sourceHealth'> {
  readonly alertSource: AlertSource;
  readonly subscriptions: Subscriptions;
}

/** Where policies and bundles are worked on. */
interface Desks extends Pick<Ready, 'backtests' | 'desk' | 'trustDesk' | 'doctrine'> {
  readonly policyHome: PolicyHome;
}

/** Who may call with which token. */
interface Tokens extends Pick<Ready, 'tokens'> {
  readonly tokenOwner: TokenOwner;
  readonly made: MadeList;
  readonly revoked: RevokedList;
  /** The file with the token that this host made for itself, if it did. */
  readonly intakeHint: string | undefined;
}

/** Where events and policies come from. */
export interface Sources extends Alerts, Desks, Tokens, Pick<Ready, 'webhook' | 'outcomes' | 'handOvers'> {
  readonly configured: ConfiguredSources;
  /** How documents are read. */
  readonly readings: ReadingBook;
  readonly telling: Outcomes;
  readonly handing: HandingOverAll;
}

/** What sources are built on. */
interface SourceGround {
  readonly agent: Agent;
  readonly disk: Pick<Disk, 'agentId' | 'memory'>;
  readonly stores: Pick<Stores, 'archive'>;
  readonly trust: Trust;
  readonly secrets: SecretBook;
}

const alertsOf = (
  host: Pick<HostParts, 'demo' | 'log' | 'ownAddress' | 'settings' | 'transport'>,
  agent: Agent,
): Alerts => {
  const reader = alertReader(host.transport);
  const sourceHealth = new SourceHealth(realClock);
  const subscriptions = subscriptionsOf(host, {
    agent,
    reader,
    health: ({ monitorIds }) => healthOfAlerts(sourceHealth, monitorIds),
  });
  const alertSource: AlertSource = {
    agent,
    reader,
    monitors: new Monitors(reader, realClock),
    health: sourceHealth,
    mappingOf: subscriptions.mappingOf,
    demo: () => host.demo,
  };
  const alerts = new AlertIntake(alertSource);
  return { alerts, alertSource, sourceHealth, subscriptions, sources: subscriptions.desk };
};

/** Tries what came by Git on history where a release asks for that. */
const tryProposed =
  ({ policies }: HostParts['settings'], backtests: BacktestDesk) =>
  async (candidate_id: string): Promise<void> => {
    const { backtest, days } = policies.release;
    if (backtest === 'required') await backtests.start({ of: 'candidate', candidate_id, days, by: 'reflex' });
  };

const desksOf = async (
  host: Pick<HostParts, 'dataFolder' | 'demo' | 'kind' | 'settings'>,
  { agent, stores, trust, disk, secrets }: SourceGround,
  life: Life,
): Promise<Desks> => {
  const { keys, keyring, freshness } = trust;
  const backtests = new BacktestDesk(agent);
  life.opened('the backtests', () => backtests.stop());
  const home = await policyHome(host, {
    agent,
    name: nameOf(host, disk),
    secrets,
    proposed: tryProposed(host.settings, backtests),
  });
  const desk = {
    agent,
    archive: stores.archive,
    signers: () => keys.signers,
    rules: host.settings.policies.release,
    commits: committingTo(home.doctrine),
  };
  const trustDesk = { ...desk, keyring, freshness, format: bundleTarball };
  return { backtests, desk, trustDesk, doctrine: home.doctrine, policyHome: home };
};

const tokensOf = async (
  { kind, dataFolder, settings, log }: Pick<HostParts, 'kind' | 'dataFolder' | 'settings' | 'log'>,
  { agent, disk, secrets }: Pick<SourceGround, 'agent' | 'disk' | 'secrets'>,
  ofChannel: Subscriptions['tokenOwner'],
): Promise<Tokens> => {
  const own = kind === 'standalone' ? await ownToken(dataFolder) : undefined;
  const known = withOwn(settings.intake.tokens, own?.entry);
  const { store, clock } = agent.parts;
  sayTokens(log, known, clock.utc());
  const revoked = new RevokedList({ store, memory: disk.memory, clock, log });
  const { clockTrusted } = agent.parts;
  const made = new MadeList({ store, memory: disk.memory, clock, log });
  const tokens = new IntakeTokens({ known, made, revoked, clock, sealing: secrets.sealing, clockTrusted });
  return { tokens, made, revoked, tokenOwner: tokenOwners(tokens, ofChannel), intakeHint: own?.path };
};

/** Makes where events and policies come from, and the desks where people work on them. Nothing is followed yet. */
export const buildSources = async (
  host: Pick<HostParts, 'dataFolder' | 'demo' | 'kind' | 'log' | 'ownAddress' | 'settings' | 'transport'>,
  ground: SourceGround,
  life: Life,
): Promise<Sources> => {
  const { agent } = ground;
  const alerts = alertsOf(host, agent);
  const { store, clock, log } = agent.parts;
  const readings = new ReadingBook(
    { store, clock, log, memory: ground.disk.memory },
    readBySettings(host.settings.intake),
  );
  const configured = configuredSources(host, {
    agent,
    health: alerts.sourceHealth,
    secrets: ground.secrets,
    readings,
  });
  life.opened('the configured sources', () => configured.ended());
  const telling = outcomesOf(host, { agent, secrets: ground.secrets });
  life.opened('telling outcomes', () => telling.ended());
  const handing = handOverOf(host, { agent, secrets: ground.secrets });
  life.opened('handing over', () => handing.ended());
  const tokens = await tokensOf(host, ground, alerts.subscriptions.tokenOwner);
  const desks = await desksOf(host, ground, life);
  return {
    ...alerts,
    ...tokens,
    ...desks,
    configured,
    readings,
    webhook: configured.webhook,
    telling,
    outcomes: telling.book,
    handing,
    handOvers: handing.book,
  };
};
