import { present } from '../../common/present';
import { readFile } from 'fs/promises';
import { join } from 'path';
import { embeddedRepository, remoteRepository } from '../adapters/git/git_repository';
import { egressOf } from '../../common/entity/egress';
import type { HostParts } from '../hosts/host_parts';
import type { PolicyGitSettings } from '../hosts/settings/policies_git';
import type { Agent } from '../runner/agent/agent';
import { Doctrine } from '../runner/doctrine/doctrine';
import { followRepository } from '../runner/doctrine/catalog/policy_pull';
import type { PolicyRepository } from '../runner/ports';
import type { TlsMaterial } from '../connectors/http/tls_material';
import { hidingRepository } from './hiding';
import { liveTls, needed } from './reach';
import type { SecretBook } from './secrets';

/** Where policies are written, and how it is followed. */
export interface PolicyHome {
  readonly doctrine: Doctrine;
  readonly follow: (until: () => boolean) => Promise<void>;
}

interface PolicyHomeOptions {
  readonly agent: Agent;
  readonly name: { readonly agent: string; readonly host: string };
  readonly secrets: Pick<SecretBook, 'for' | 'hide' | 'shown'>;
  /** Told of each candidate that came by Git and has no faults. */
  readonly proposed: (candidateId: string) => Promise<void>;
}

/** Somebody may push into the embedded repository by hand. */
const EMBEDDED_POLL_MS = 10_000;
const FOLDER = 'policies.git';
/** A demo's policies are nobody's doctrine: its repository goes with it. */
export const DEMO_FOLDER = 'demo-policies.git';
const COPY_FOLDER = 'policies-copy.git';

/** As the list of secrets names it. */
const USER = 'policies.git';

const tokenOf =
  ({ tokenFile, tokenSecret }: PolicyGitSettings, secrets: PolicyHomeOptions['secrets']) =>
  async () => {
    if (tokenFile === undefined) return tokenSecret === undefined ? undefined : secrets.for(USER)(tokenSecret);
    const token = (await readFile(tokenFile, 'utf8').catch(() => undefined))?.trim();
    if (token !== undefined && token !== '') secrets.hide(token);
    return token;
  };

/** The certificate that the remote is shown, as it is at each request; it throws while it cannot be read at all. */
const clientOf = ({ cert, keySecret }: PolicyGitSettings, secrets: PolicyHomeOptions['secrets']) => {
  if (cert === undefined || keySecret === undefined) return undefined;
  const secret = needed(secrets.for(USER));
  let material: (() => TlsMaterial) | undefined;
  return () => (material ??= liveTls({ cert, key_secret: keySecret }, secret))();
};

const repositoryFor = (
  { dataFolder, demo, settings }: Pick<HostParts, 'dataFolder' | 'demo' | 'settings'>,
  secrets: PolicyHomeOptions['secrets'],
): Promise<PolicyRepository> | PolicyRepository => {
  const { git } = settings.policies;
  if (git === undefined || demo) return embeddedRepository(join(dataFolder, demo ? DEMO_FOLDER : FOLDER));
  const { remote, branch, path, user, ca } = git;
  const reached = {
    remote,
    branch,
    path,
    user,
    token: tokenOf(git, secrets),
    egress: egressOf(settings.egress),
    ...present({ ca, client: clientOf(git, secrets) }),
  };
  return remoteRepository(join(dataFolder, COPY_FOLDER), reached);
};

/** Opens the repository by the settings; nothing is asked over the network yet. */
export const policyHome = async (
  host: Pick<HostParts, 'dataFolder' | 'demo' | 'settings'>,
  { agent, name, secrets, proposed }: PolicyHomeOptions,
): Promise<PolicyHome> => {
  const { git, people = [] } = host.settings.policies;
  const repository = hidingRepository(await repositoryFor(host, secrets), secrets.shown);
  const doctrine = new Doctrine({
    agent,
    repository,
    name,
    proposed,
    people: new Map(people.map(({ email, user }) => [email.toLowerCase(), user])),
  });
  const pollMs = repository.place.kind === 'remote' && git ? git.pollMs : EMBEDDED_POLL_MS;
  return { doctrine, follow: (until) => followRepository(doctrine, pollMs, until) };
};
