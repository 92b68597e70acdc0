import { present } from '../../../common/present';
import { err, ok } from '../../../common/result';
import {
  defineKind,
  makeBearer,
  makeHttpTarget,
  readHeaderSecret,
  renewed,
  requestTimeoutMs,
  type ConnectorKind,
  type OauthParameters,
  type ParameterFault,
  type SecretRef,
} from '../connector';
import { readSigningKey } from './signing_key';
import { ssfConnector } from './ssf_connector';
import { SSF_PARAMETERS_SCHEMA, type SsfParameters } from './ssf_parameters';

const DOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/;
const ISSUER = /^https:\/\/[A-Za-z0-9][\x21\x22\x24-\x3e\x40-\x7e]*$/;

const subjectFaults = ({ format, realms, plain_realm: plain }: SsfParameters['subject']): readonly ParameterFault[] => {
  if (format === 'opaque')
    return Object.keys({ ...present({ realms, plain_realm: plain }) }).map((name) => ({
      path: `subject.${name}`,
      message: 'says nothing with `opaque`: ids of a directory have no realm',
    }));
  if (realms === undefined) return [{ path: 'subject.realms', message: `is missing: \`${format}\` needs it` }];
  const [pattern, what] = format === 'iss_sub' ? [ISSUER, 'an https URL'] : [DOMAIN, 'a domain in lower case'];
  const names = realms.map(({ realm }) => realm);
  return [
    ...realms.flatMap(({ realm, is }, index) => [
      ...(pattern.test(is)
        ? []
        : [{ path: `subject.realms.${index}.is`, message: `must be ${what} for \`${format}\`` }]),
      ...(names.indexOf(realm) === index ? [] : [{ path: `subject.realms.${index}.realm`, message: 'is there twice' }]),
    ]),
    ...(plain !== undefined && !names.includes(plain)
      ? [{ path: 'subject.plain_realm', message: 'must be one of `subject.realms`' }]
      : []),
  ];
};

/** A receiver of shared signals (SSF 1.0, CAEP 1.0) that takes pushed events (RFC 8935). */
export const ssfKind: ConnectorKind = defineKind<SsfParameters>({
  kind: 'ssf',
  title: 'Receiver of shared signals',
  parameters: SSF_PARAMETERS_SCHEMA,
  build: ({ name, parameters }, secrets, world) => {
    const { authorization, subject } = parameters;
    const faults: ParameterFault[] = [...subjectFaults(subject)];
    const keyNow = () => readSigningKey(parameters.signing_key, secrets);
    const key = keyNow();
    if (!key.ok) faults.push({ path: 'signing_key', message: key.error });
    const asked: { bearer?: SecretRef; oauth?: OauthParameters } = authorization === 'none' ? {} : authorization;
    const tokenNow = () => (asked.bearer ? readHeaderSecret(asked.bearer, secrets) : ok(undefined));
    const token = tokenNow();
    if (!token.ok) faults.push({ path: 'authorization.bearer', message: token.error });
    const bearer = asked.oauth && makeBearer(asked.oauth, parameters, secrets, world);
    if (bearer?.ok === false)
      faults.push(...bearer.error.map(({ path, message }) => ({ path: `authorization.oauth.${path}`, message })));
    const more = [...(key.ok ? [key.value.pem] : []), ...(token.ok && token.value !== undefined ? [token.value] : [])];
    const target = makeHttpTarget(parameters, secrets, {
      ...world,
      more,
      ...(bearer?.ok === true && { bearer: bearer.value }),
    });
    if (!target.ok) faults.push(...target.error);
    if (!target.ok || !key.ok || !token.ok || faults.length > 0) return err(faults);
    const currentKey = renewed(key.value, keyNow);
    const currentToken = renewed(token.value, tokenNow);
    return ok(
      ssfConnector({
        name,
        target: target.value,
        path: /^https?:\/\/[^/]+\/?$/i.test(parameters.base_url) ? '/' : '',
        token: () => {
          const now = currentToken();
          if (now !== undefined) target.value.hide(now);
          return now;
        },
        signingKey: () => {
          const now = currentKey();
          target.value.hide(now.pem);
          return now;
        },
        keyId: parameters.key_id,
        issuer: parameters.issuer,
        audience: parameters.audience,
        streamId: parameters.stream_id,
        subjects: {
          format: subject.format,
          realms: new Map(subject.realms?.map(({ realm, is }) => [realm, is])),
          plainRealm: subject.plain_realm,
        },
        utc: world.utc,
        timeoutMs: requestTimeoutMs(parameters),
      }),
    );
  },
});
