import { present } from '../../common/present';
import * as t from 'io-ts';
import { json, list, oneOf, record, text } from '../../common/codec/codecs';
import { STORED_PREFIX } from '../../common/stored_secret';
import { decode, type BadField } from '../../common/codec/decode';
import { err, ok, type Result } from '../../common/result';
import { AuditFile, auditFaults, auditSettings, type AuditSettings } from './settings/audit';
import { INTAKE_SOURCES, intakeSources, type IntakeSources } from './settings/intake';
import { spelled } from './settings/spelling';
import { SigningFile, signingSettings, type SigningSettings } from './settings/signing';
import { HandOverFile, handOverSettings, type HandOverSettings } from './settings/hand_over';
import { OutcomeFile, outcomeSettings, type OutcomeSettings } from './settings/outcomes';
import { policyGitFaults, policyGitSettings, PolicyGitFile, type PoliciesGit } from './settings/policies_git';
import { escalationSettings, EscalationsFile, type EscalationSettings } from './settings/escalations';
import {
  breakerFaults,
  BreakersFile,
  ConnectorBreakerFile,
  breakerSettings,
  type BreakerSettings,
} from './settings/breakers';
import { OpaFile, opaSettings, type OpaSettings } from './settings/opa';
import { lookupFaults, LookupsFile, lookupSettings, type LookupSettings } from './settings/lookups';
import { PublicUrl } from './settings/sources';
import {
  connectorSettings,
  VerifyEvery,
  verifySettings,
  type ConnectorSettings,
  type VerifySettings,
} from './settings/verify';
import { EgressFile, egressFaults } from './settings/egress';
import { rightsFaults, RightsFile, rightsSettings, type RightsByRole } from './settings/rights';
import { ListenFile, listenFaults, listenSettings, type ListenSettings } from './settings/listen';
import { tokenFaults, TokenFile, type IntakeToken } from './settings/tokens';
import { proxyFaults, TrustedProxiesFile } from './settings/trusted_proxies';
import { plainHttpFaults } from './settings/plain_http';
import {
  referenceFaults,
  secretKeyFaults,
  SecretKeysFile,
  shadowFaults,
  storedUses,
  type SecretKeySetting,
} from './settings/stored_secrets';
import { releaseSettings, ReleaseSettingsFile, type ReleaseSettings } from './settings/release';

/*
 * The settings of every host: in Dashboards under `opensearch_reflex` of its YAML file, elsewhere a YAML file with the
 * same keys. Secrets are named by file where there is a choice.
 */

export const AGENT_ROLES = ['ui', 'intake', 'decide', 'act', 'undo'] as const;
type AgentRole = (typeof AGENT_ROLES)[number];

/** A cluster and how to log in to it. */
export interface ClusterSettings {
  readonly hosts: readonly string[];
  readonly username?: string;
  readonly password?: string;
  /** Name of the secret with the password; read anew, so that a changed one counts without a restart. */
  readonly passwordSecret?: string;
  /** File with the password, from the environment of a standalone host; read anew likewise. */
  readonly passwordFile?: string;
  /** The password may be sent to an `http` address that is not this machine. */
  readonly allowPlainHttp?: boolean;
  /** File with the certificate of the authority that signed the cluster's (PEM). */
  readonly ca?: string;
  /** Files with a client certificate and its key (PEM), where the cluster asks for one. */
  readonly cert?: string;
  readonly key?: string;
}

export interface Settings {
  readonly enabled: boolean;
  /** In Dashboards without a login: whoever reaches it may do everything. Otherwise they may only look. */
  readonly singleUser: boolean;
  /** Which roles of the security plugin give which right. */
  readonly rights: RightsByRole;
  /** Addresses and networks of proxies whose `X-Forwarded-For` counts. */
  readonly trustedProxies: readonly string[];
  readonly opensearch: ClusterSettings;
  /** Hosts and networks that this installation may connect to, OpenSearch aside; undefined: any. */
  readonly egress?: readonly string[];
  /** Where OpenSearch itself may be; undefined: anywhere. */
  readonly egressToOpenSearch?: readonly string[];
  /** Where the standalone host listens. */
  readonly listen?: ListenSettings;
  readonly dataFolder?: string;
  /** Whether the data folder outlives a restart of the machine; each host has its own default. */
  readonly dataPersistent?: boolean;
  readonly agent: { readonly roles: readonly AgentRole[] };
  readonly intake: {
    readonly tokens: readonly IntakeToken[];
    /** Where OpenSearch reaches this Reflex; default this machine's loopback. */
    readonly publicUrl?: string;
    readonly sources: IntakeSources;
    /** Who is told what became of the reports of a source. */
    readonly outcomes: readonly OutcomeSettings[];
  };
  readonly signing: SigningSettings;
  readonly policies: { readonly release: ReleaseSettings } & PoliciesGit & OpaSettings;
  /** Files with the secrets that connectors name; one secret a file. */
  readonly secrets: ReadonlyArray<{ readonly name: string; readonly file: string }>;
  /** Folder with one secret a file, named as the secret. */
  readonly secretsFolder?: string;
  /** Secrets by name, out of Dashboards' keystore; as they were at the start. */
  readonly keystore?: Readonly<Record<string, string>>;
  /** Keys with which secrets are stored in OpenSearch; the first one seals. */
  readonly secretKeys: readonly SecretKeySetting[];
  /** Who uses which stored secret, by the name of the secret. */
  readonly storedUses: Readonly<Record<string, readonly string[]>>;
  readonly lookups: LookupSettings;
  readonly containments: VerifySettings;
  /** What Reflex stops by itself. */
  readonly breakers: BreakerSettings;
  /** How people are asked. */
  readonly escalations: EscalationSettings;
  /** Where acts that wait for a person are handed over. */
  readonly handOver: HandOverSettings;
  /** How evidence is kept from being changed unseen. */
  readonly audit: AuditSettings;
  /** Parameters are checked by the connectors' own schemas. */
  readonly connectors: readonly ConnectorSettings[];
}

const name = text({ min: 1, max: 128 });
const path = text({ min: 1, max: 4096 });
const address = text({
  min: 8,
  max: 2048,
  pattern: /^https?:\/\/[^/?#@]+(\/[^?#@]*)?$/,
  patternName: 'an address such as `https://search.example:9200` without user and password',
});

const SettingsFile = record(
  {},
  {
    enabled: t.boolean,
    single_user: t.boolean,
    rights: RightsFile,
    trusted_proxies: TrustedProxiesFile,
    opensearch: record(
      {},
      {
        hosts: t.union([list(address, 64), address]),
        username: name,
        password: text({ min: 1, max: 1024 }),
        password_secret: text({ min: 1, max: 128 }),
        ca: path,
        cert: path,
        key: path,
        allow_plain_http: t.boolean,
      },
    ),
    egress: EgressFile,
    listen: ListenFile,
    data_folder: path,
    data_persistent: t.boolean,
    agent: record({}, { roles: list(oneOf(AGENT_ROLES), 5) }),
    intake: record(
      {},
      {
        tokens: list(TokenFile, 256),
        public_url: PublicUrl,
        allow_plain_http: t.boolean,
        ...INTAKE_SOURCES,
        outcomes: list(OutcomeFile, 64),
      },
    ),
    signing: SigningFile,
    policies: record({}, { release: ReleaseSettingsFile, git: PolicyGitFile, opa: OpaFile }),
    secrets: list(record({ name, file: path }), 256),
    secrets_folder: path,
    keystore: t.record(t.string, text({ min: 1, max: 65_536 })),
    secret_keys: SecretKeysFile,
    lookups: LookupsFile,
    containments: record({}, { verify_every_s: VerifyEvery }),
    breakers: BreakersFile,
    escalations: EscalationsFile,
    hand_over: HandOverFile,
    audit: AuditFile,
    connectors: list(
      record(
        { name, kind: name },
        { parameters: json(262_144), verify_every_s: VerifyEvery, breaker: ConnectorBreakerFile },
      ),
      64,
    ),
  },
);

/** What is wrong with the login to OpenSearch. */
const loginFaults = ({
  username,
  password,
  password_secret,
}: {
  readonly username?: string;
  readonly password?: string;
  readonly password_secret?: string;
}): readonly BadField[] => {
  const fault = (message: string): readonly BadField[] => [{ path: 'opensearch.password_secret', message }];
  if (password_secret === undefined) return [];
  if (username === undefined) return fault('needs `username` beside it');
  if (password !== undefined) return fault('stands in place of `password`; say one of the two');
  return password_secret.startsWith(STORED_PREFIX)
    ? fault('cannot be a stored one: it is needed to reach what is stored')
    : [];
};

/** An act is claimed and started by the agent that decides it, so nobody acts who does not decide. */
const rolesOf = (roles: readonly AgentRole[] = AGENT_ROLES): Result<readonly AgentRole[], readonly BadField[]> => {
  const fault = (message: string): Result<never, readonly BadField[]> => err([{ path: 'agent.roles', message }]);
  if (roles.length === 0) return fault('names at least one role');
  if (roles.includes('act') && !roles.includes('decide')) return fault('`act` needs `decide` beside it');
  return ok([...new Set(roles)]);
};

/** Reads settings, with dots in their names or nested; what is missing gets its default. */
export const readSettings = (value: unknown): Result<Settings, readonly BadField[]> => {
  const said = spelled(value);
  if (!said.ok) return said;
  const decoded = decode(SettingsFile, said.value);
  if (!decoded.ok) return err(decoded.error);
  const {
    enabled = true,
    single_user = false,
    rights,
    trusted_proxies = [],
    opensearch = {},
    egress,
    listen,
    data_folder,
    data_persistent,
    agent,
    intake,
    signing,
    policies,
    secrets = [],
    secrets_folder,
    keystore,
    secret_keys = [],
    lookups,
    containments,
    breakers,
    escalations,
    hand_over,
    audit,
    connectors = [],
  } = decoded.value;
  const { hosts: named = [], allow_plain_http: allowPlainHttp, password_secret: passwordSecret, ...login } = opensearch;
  const hosts = typeof named === 'string' ? [named] : named;
  const sources = intakeSources(intake);
  if (!sources.ok) return sources;
  const outcomes = outcomeSettings(intake?.outcomes ?? [], sources.value);
  if (!outcomes.ok) return outcomes;
  const handOver = handOverSettings(hand_over, intake?.tokens);
  if (!handOver.ok) return handOver;
  const hasHalf = (login.cert === undefined) !== (login.key === undefined);
  const faults = [
    ...(hasHalf ? [{ path: 'opensearch', message: 'a client certificate needs `cert` and `key`, both' }] : []),
    ...loginFaults(opensearch),
    ...rightsFaults(rights),
    ...proxyFaults(trusted_proxies),
    ...egressFaults(egress),
    ...listenFaults(listen),
    ...tokenFaults(intake?.tokens ?? []),
    ...lookupFaults(lookups),
    ...breakerFaults(breakers),
    ...auditFaults(audit),
    ...policyGitFaults(policies?.git),
    ...secretKeyFaults(secret_keys),
    ...shadowFaults({ secrets, ...present({ keystore }) }),
    ...referenceFaults(said.value),
    ...plainHttpFaults({
      opensearch: { hosts, username: login.username },
      publicUrl: intake?.public_url,
      allowed: { opensearch: allowPlainHttp === true, intake: intake?.allow_plain_http === true },
    }),
  ];
  if (faults.length > 0) return err(faults);
  const roles = rolesOf(agent?.roles);
  if (!roles.ok) return roles;
  return ok({
    enabled,
    singleUser: single_user,
    rights: rightsSettings(rights),
    trustedProxies: trusted_proxies,
    opensearch: { hosts, ...login, ...present({ allowPlainHttp, passwordSecret }) },
    ...present({
      egress: egress?.allow,
      egressToOpenSearch: egress?.opensearch,
      listen: listen && listenSettings(listen),
      dataFolder: data_folder,
      dataPersistent: data_persistent,
    }),
    agent: { roles: roles.value },
    intake: {
      tokens: intake?.tokens ?? [],
      sources: sources.value,
      outcomes: outcomes.value,
      ...present({ publicUrl: intake?.public_url }),
    },
    signing: signingSettings(signing),
    policies: {
      release: releaseSettings(policies?.release),
      ...policyGitSettings(policies?.git),
      ...opaSettings(policies?.opa),
    },
    secrets,
    ...present({ secretsFolder: secrets_folder, keystore }),
    secretKeys: secret_keys,
    storedUses: storedUses(said.value),
    lookups: lookupSettings(lookups),
    containments: verifySettings(containments),
    breakers: breakerSettings(breakers),
    escalations: escalationSettings(escalations),
    handOver: handOver.value,
    audit: auditSettings(audit),
    connectors: connectors.map(connectorSettings),
  });
};
