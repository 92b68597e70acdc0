import { foldWord } from '../../../common/words';
import {
  defineKind,
  makeBearer,
  makeHttpTarget,
  readHeaderSecret,
  renewed,
  totalMsOf,
  type Bearer,
  type ConnectorKind,
  type ConnectorWorld,
  type OauthParameters,
  type ParameterFault,
  type Secrets,
} from '../connector';
import { err, ok } from '../../../common/result';
import { compileActions } from './compile_actions';
import { compileHostStatus } from './compile_host_status';
import { checkStatements, promisesOf } from './check_promises';
import { compileRequest, headerNameFault, isSensitiveHeader } from './compile_request';
import { restConnector } from './rest_connector';
import { REST_PARAMETERS_SCHEMA, type HeaderValue, type RestParameters } from './rest_parameters';

interface SentHeader {
  readonly value: string;
  /** Values that must not be shown. */
  readonly secrets: readonly string[];
}

/** A header whose value is there as soon as its secrets are. */
type PlainHeader = Exclude<HeaderValue, { readonly oauth: OauthParameters }>;

const isOauth = (header: HeaderValue): header is { readonly oauth: OauthParameters } =>
  typeof header === 'object' && 'oauth' in header;

const readHeader = (name: string, header: PlainHeader, secrets: Secrets): SentHeader | { readonly fault: string } => {
  const wrong = headerNameFault(name);
  if (wrong !== undefined) return { fault: wrong };
  if (typeof header === 'string') {
    if (isSensitiveHeader(name)) return { fault: 'must come from the keystore: `{ secret: <name> }`' };
    return /^[\x20-\x7e]*$/.test(header)
      ? { value: header, secrets: [] }
      : { fault: 'has characters that no header can carry' };
  }
  if ('basic' in header) {
    const { user, password } = header.basic;
    const secret = readHeaderSecret(password, secrets);
    if (!secret.ok) return { fault: secret.error };
    const encoded = Buffer.from(`${user}:${secret.value}`, 'utf8').toString('base64');
    return { value: `Basic ${encoded}`, secrets: [secret.value, encoded] };
  }
  const { prefix = '' } = header;
  if (!/^[\x20-\x7e]*$/.test(prefix)) return { fault: 'has a prefix that no header can carry' };
  const secret = readHeaderSecret(header, secrets);
  return secret.ok ? { value: `${prefix}${secret.value}`, secrets: [secret.value] } : { fault: secret.error };
};

interface LiveHeader {
  /** Lower case. */
  readonly name: string;
  /** As its secrets are now. */
  readonly sent: () => SentHeader;
}

const liveHeader = (name: string, header: PlainHeader, first: SentHeader, secrets: Secrets): LiveHeader => ({
  name: foldWord(name),
  sent: renewed(first, () => {
    const now = readHeader(name, header, secrets);
    return 'fault' in now ? err(now.fault) : ok(now);
  }),
});

/** What gets the tokens of `Authorization`; undefined where another header says who asks. */
const bearerOf = (
  parameters: RestParameters,
  secrets: Secrets,
  world: ConnectorWorld,
  faults: ParameterFault[],
): Bearer | undefined => {
  const asking = Object.entries(parameters.headers ?? {}).flatMap(([name, header]) =>
    isOauth(header) ? [{ name, oauth: header.oauth }] : [],
  );
  const fault = (name: string, message: string): void => void faults.push({ path: `headers.${name}`, message });
  for (const { name } of asking)
    if (foldWord(name) !== 'authorization') fault(name, '`oauth` is for `Authorization` alone');
  const [first, second] = asking;
  if (second !== undefined) fault(second.name, 'is there twice');
  if (first === undefined) return undefined;
  const bearer = makeBearer(first.oauth, parameters, secrets, world);
  if (bearer.ok) return bearer.value;
  for (const { path, message } of bearer.error) fault(`${first.name}.oauth.${path}`, message);
  return undefined;
};

/** Any enforcement system with an HTTP interface, described as data. */
export const restKind: ConnectorKind = defineKind<RestParameters>({
  kind: 'rest',
  title: 'HTTP interface described by request templates',
  parameters: REST_PARAMETERS_SCHEMA,
  build: ({ name, parameters }, secrets, world) => {
    const { actions, faults: wrong } = compileActions(parameters);
    const faults: ParameterFault[] = [...wrong, ...checkStatements(parameters)];
    const headers: LiveHeader[] = [];
    const hidden: string[] = [];
    for (const [header, value] of Object.entries(parameters.headers ?? {})) {
      if (isOauth(value)) continue;
      const sent = readHeader(header, value, secrets);
      if ('fault' in sent) {
        faults.push({ path: `headers.${header}`, message: sent.fault });
      } else {
        headers.push(liveHeader(header, value, sent, secrets));
        hidden.push(...sent.secrets);
      }
    }
    const status =
      parameters.status &&
      compileRequest(
        parameters.status,
        'status',
        (path, message) => void faults.push({ path: `status.${path}`, message }),
      );
    const hostStatus = compileHostStatus(parameters.host_status, faults);
    const bearer = bearerOf(parameters, secrets, world, faults);
    const target = makeHttpTarget(parameters, secrets, { ...world, more: hidden, bearer });
    if (!target.ok) faults.push(...target.error);
    if (!target.ok || faults.length > 0) return err(faults);
    const { utc } = world;
    const totalMs = totalMsOf(parameters);
    const made = { name, parameters, actions, target: target.value, status, hostStatus, totalMs, utc };
    const parts = { ...made, promises: promisesOf(parameters) };
    /** Nothing is sent that texts would not hide. */
    const valueOf = ({ sent }: LiveHeader): string => {
      const { value, secrets: used } = sent();
      used.forEach((each) => target.value.hide(each));
      return value;
    };
    return ok(
      restConnector({
        ...parts,
        get headers() {
          return Object.fromEntries(headers.map((each) => [each.name, valueOf(each)]));
        },
      }),
    );
  },
});
