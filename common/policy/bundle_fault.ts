/**
 * Why a bundle, or a statement about bundles or keys, was refused. Each attack of the TUF list has a code of its own.
 */
export type BundleFaultCode =
  | 'too_large'
  | 'archive_malformed'
  | 'unsafe_path'
  | 'duplicate_file'
  | 'not_a_file'
  | 'unsigned'
  | 'signature_malformed'
  | 'wrong_algorithm'
  | 'unknown_key'
  | 'revoked_key'
  | 'key_not_yet_valid'
  | 'key_expired'
  | 'key_not_designated'
  | 'bad_signature'
  | 'duplicate_signature'
  | 'threshold_not_met'
  | 'file_not_signed'
  | 'file_missing'
  | 'file_changed'
  | 'manifest_changed'
  | 'statement_invalid'
  | 'version_out_of_range'
  | 'digest_mismatch'
  | 'policy_invalid'
  | 'guard_missing'
  | 'expired'
  | 'version_rollback'
  | 'version_gap'
  | 'chain_broken';

export interface BundleFault {
  readonly code: BundleFaultCode;
  readonly message: string;
}
