import type * as t from 'io-ts';
import { record, text } from '../../../common/codec/codecs';
import type { BadField } from '../../../common/codec/decode';
import type { CertificatePin } from '../../runner/ports/client_certificate';

/** The client certificate without which a token or a source is not taken. */
export const CertificateFile = record(
  {},
  {
    sha256: text({ min: 64, max: 64, pattern: /^[0-9a-f]{64}$/, patternName: 'sha256 in lower case hex digits' }),
    name: text({ min: 1, max: 253 }),
  },
);
type Given = t.TypeOf<typeof CertificateFile>;

export const certificateFaults = (place: string, given: Given | undefined): readonly BadField[] =>
  given === undefined || (given.sha256 === undefined) !== (given.name === undefined)
    ? []
    : [{ path: `${place}.certificate`, message: 'must be either `sha256` or `name`' }];

export const certificatePin = ({ sha256, name = '' }: Given): CertificatePin =>
  sha256 === undefined ? { name } : { sha256 };
