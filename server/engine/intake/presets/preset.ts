import type { Repetition } from '../../../../common/flow/event';
import type { FieldMap } from '../field_map';

/** What is known of the documents of one product. */
export interface Preset {
  /** The product, and by which way its documents come. */
  readonly title: string;
  /** By what its documents are known, and of which version they are. */
  readonly documents: string;
  readonly map: FieldMap;
  /** What another content under the same id is there; left out: a conflict. */
  readonly repetition?: Repetition;
}

/** Confidence of a detection that nobody has looked at, where the product says nothing. */
export const UNREVIEWED = { value: 0.6 };

/** Kinds of findings that are what ATT&CK calls brute force. */
export const GUESSING = {
  'UnauthorizedAccess:EC2/SSHBruteForce': 'attack.t1110',
  'UnauthorizedAccess:EC2/RDPBruteForce': 'attack.t1110',
  'TTPs/Initial Access/UnauthorizedAccess:EC2-SSHBruteForce': 'attack.t1110',
  'TTPs/Initial Access/UnauthorizedAccess:EC2-RDPBruteForce': 'attack.t1110',
  'SSH::Password_Guessing': 'attack.t1110',
  'FTP::Bruteforcing': 'attack.t1110',
};
