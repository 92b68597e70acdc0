import type * as t from 'io-ts';
import { TOKEN_RIGHTS } from '../../../common/api/contract';
import { instant, list, number, oneOf, record, text } from '../../../common/codec/codecs';
import type { BadField } from '../../../common/codec/decode';
import { canonicalAddress, canonicalNetwork } from '../../../common/entity/address';
import { mayBeSamePerson } from '../../runner/record/person';
import { isReservedName } from '../../runner/record/reserved';
import { CertificateFile, certificateFaults } from './certificate';

/* The tokens with which programs call. Each is somebody's: its name stands on record, its owners answer for it. */

const name = text({ min: 1, max: 128 });

export const TokenFile = record(
  { name },
  {
    sha256: text({ min: 64, max: 64, pattern: /^[0-9a-f]{64}$/, patternName: 'sha256 in lower case hex digits' }),
    may: list(oneOf(TOKEN_RIGHTS), TOKEN_RIGHTS.length),
    owners: list(name, 64),
    networks: list(text({ min: 2, max: 64 }), 64),
    expires: instant,
    rate_per_minute: number({ min: 1, max: 1_000_000, integer: true }),
    certificate: CertificateFile,
  },
);

/** A program that may call, and for what. Only the digest of its token is kept. */
export type IntakeToken = t.TypeOf<typeof TokenFile>;

const mayFaults = ({ may }: IntakeToken, place: string): readonly BadField[] => {
  const fault = (message: string): readonly BadField[] => [{ path: `${place}.may`, message }];
  if (may === undefined) return [];
  if (may.length === 0) return fault(`names at least one of ${TOKEN_RIGHTS.join(', ')}`);
  return may.includes('act') && !may.includes('ask') ? fault('`act` needs `ask` beside it') : [];
};

/** Without either anybody could ask for a short-lived one. */
const proofFaults = ({ sha256, certificate }: IntakeToken, place: string): readonly BadField[] =>
  sha256 === undefined && certificate === undefined
    ? [
        {
          path: `${place}.sha256`,
          message: 'is missing; only with a `certificate` may it be: then short-lived tokens are minted against that',
        },
      ]
    : [];

const networkFaults = ({ networks = [] }: IntakeToken, place: string): readonly BadField[] =>
  networks.flatMap((each, index) =>
    (canonicalNetwork(each) ?? canonicalAddress(each)) === undefined
      ? [{ path: `${place}.networks.${index}`, message: `\`${each}\` is no address and no network` }]
      : [],
  );

/** Four eyes could not tell the two apart, and neither could who reads the record. */
const nameFaults = (tokens: readonly IntakeToken[], place: string): readonly BadField[] =>
  tokens.flatMap((token, index) => {
    const path = `${place}.${index}.name`;
    if (isReservedName(token.name)) return [{ path, message: `\`${token.name}\` is a name that Reflex uses itself` }];
    const first = tokens.findIndex((each) => mayBeSamePerson(each.name, token.name));
    if (first < index)
      return [{ path, message: `may be the same as \`${tokens[first]?.name ?? ''}\` at \`${place}.${first}.name\`` }];
    if (token.sha256 === undefined) return [];
    const twin = tokens.findIndex((each) => each.sha256 === token.sha256);
    return twin < index ? [{ path: `${place}.${index}.sha256`, message: `is that of \`${place}.${twin}\` too` }] : [];
  });

/** What is wrong with the tokens of the settings, each with its place. */
export const tokenFaults = (tokens: readonly IntakeToken[]): readonly BadField[] => {
  const place = 'intake.tokens';
  return [
    ...nameFaults(tokens, place),
    ...tokens.flatMap((token, index) => [
      ...proofFaults(token, `${place}.${index}`),
      ...mayFaults(token, `${place}.${index}`),
      ...networkFaults(token, `${place}.${index}`),
      ...certificateFaults(`${place}.${index}`, token.certificate),
    ]),
  ];
};
