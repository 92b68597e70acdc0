/*
 * `replPropertyMetaData` of Active Directory ([MS-DRSR] 4.1.10.2.22): how often each attribute was written by somebody,
 * the same at every domain controller. By it a disabling of ours is known from one that a person made after it.
 */

const HEADER = 16;
const ENTRY = 48;
/** Of the attribute `userAccountControl`, 1.2.840.113556.1.4.8. */
const USER_ACCOUNT_CONTROL = 0x90008;

/** How often `userAccountControl` was written, undefined if it cannot be read. */
export const writesOfAccountControl = (metadata: Buffer): number | undefined => {
  if (metadata.length < HEADER || metadata.readUInt32LE(0) !== 1) return undefined;
  const count = metadata.readUInt32LE(8);
  if (metadata.length < HEADER + count * ENTRY) return undefined;
  for (let at = HEADER; at < HEADER + count * ENTRY; at += ENTRY)
    if (metadata.readUInt32LE(at) === USER_ACCOUNT_CONTROL) return metadata.readUInt32LE(at + 4);
  return undefined;
};
