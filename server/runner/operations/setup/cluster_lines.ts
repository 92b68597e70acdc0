import type { ClusterLook, IndexLook, OwnAccount, RightProbe } from '../../ports';
import { few, found, type Found } from './found';

/* What OpenSearch lets our account do, and how our indices are. */

/** Whoever has this role may do everything in the cluster, be it meant or not. */
const EVERYTHING = 'all_access';

const probeLine = ({ what, request, answer, said }: RightProbe): string => `${answer}: ${what} (${request}): ${said}`;

const accountLine = ({ security, user = '?', roles = [] }: OwnAccount): string =>
  security === 'missing'
    ? 'GET /_plugins/_security/authinfo: there is no security plugin'
    : `GET /_plugins/_security/authinfo: ${user}, roles ${roles.length === 0 ? 'none' : few(roles, 16)}`;

/** Whether our account may do what Reflex needs, and no more than that. */
export const roleLine = async (cluster: Pick<ClusterLook, 'account' | 'rights'>): Promise<Found> => {
  const account = await cluster.account();
  const probes = await cluster.rights();
  const proof = [accountLine(account), ...probes.map(probeLine)];
  const user = account.user ?? '';
  const lacking = probes.filter(({ answer }) => answer !== 'allowed');
  if (lacking.length > 0)
    return found('red', 'role_lacks', { user, lacks: few(lacking.map(({ what }) => what)) }, proof);
  if (account.security === 'missing') return found('unknown', 'role_no_security', { probes: probes.length }, proof);
  return account.roles?.includes(EVERYTHING) === true
    ? found('amber', 'role_too_much', { user, role: EVERYTHING }, proof)
    : found('green', 'role_enough', { user, probes: probes.length }, proof);
};

const indexLine = ({ name, wanted, found: version, blocked }: IndexLook): string => {
  const state = version === undefined ? 'is not there' : `version ${version}, wanted ${wanted}`;
  return `${name}: ${state}${blocked === undefined ? '' : `, ${blocked}`}`;
};

/** Whether our indices are there, as this version wants them, and can be written. */
export const indicesLine = async (cluster: Pick<ClusterLook, 'indices'>): Promise<Found> => {
  const { indices, down } = await cluster.indices();
  const proof = [...down.map((name) => `${name}: a shard is nowhere`), ...indices.map(indexLine)];
  const named = (some: readonly IndexLook[]): string => few(some.map(({ name }) => name));
  const missing = indices.filter((each) => each.found === undefined);
  if (missing.length > 0) return found('red', 'indices_missing', { names: named(missing) }, proof);
  if (down.length > 0) return found('red', 'indices_down', { names: few(down) }, proof);
  const blocked = indices.filter((each) => each.blocked !== undefined);
  const [first] = blocked;
  if (first !== undefined)
    return found('red', 'indices_blocked', { names: named(blocked), block: first.blocked ?? '' }, proof);
  const older = indices.filter((each) => (each.found ?? 0) < each.wanted);
  return older.length > 0
    ? found('amber', 'indices_older', { names: named(older) }, proof)
    : found('green', 'indices_ready', { count: indices.length }, proof);
};
