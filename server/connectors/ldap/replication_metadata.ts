/*
 * `replPropertyMetaData` of Active Directory ([MS-DRSR] 4.1.10.2.22): who wrote each attribute last,
 * the same at every domain controller. What one request wrote has one stamp, so by it a disabling of ours is known
 * from one that a person made after it.
 */

const HEADER = 16;
const ENTRY = 48;
/** Where the stamp lies in an entry: the controller that was told (16 bytes), and the number of the change (8). */
const STAMP = { from: 16, to: 40 };
/** Numbers of attributes by their OIDs, 1.2.840.113556.1.4.8 and 1.2.840.113556.1.2.226. */
const USER_ACCOUNT_CONTROL = 0x90008;
const ADMIN_DESCRIPTION = 0x200e2;

/** Stamps by the number of the attribute, undefined if the bytes are none. */
const stampsIn = (metadata: Buffer): ReadonlyMap<number, string> | undefined => {
  if (metadata.length < HEADER || metadata.readUInt32LE(0) !== 1) return undefined;
  const count = metadata.readUInt32LE(8);
  if (metadata.length < HEADER + count * ENTRY) return undefined;
  return new Map(
    Array.from({ length: count }, (_, index) => {
      const entry = metadata.subarray(HEADER + index * ENTRY, HEADER + (index + 1) * ENTRY);
      return [entry.readUInt32LE(0), entry.toString('hex', STAMP.from, STAMP.to)] as const;
    }),
  );
};

/**
 * Whether one request wrote `userAccountControl` and `adminDescription` of an account last. Undefined if that cannot be
 * read.
 */
export const writtenTogether = (metadata: Buffer): boolean | undefined => {
  const stamps = stampsIn(metadata);
  const control = stamps?.get(USER_ACCOUNT_CONTROL);
  return control === undefined ? undefined : control === stamps?.get(ADMIN_DESCRIPTION);
};
