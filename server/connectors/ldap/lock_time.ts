/*
 * How ppolicy is told to lock an account for good: `pwdAccountLockedTime` at the instant 0000-01-01 00:00:00. Its
 * fraction of a second is not looked at, so it holds the command, and the lock is its own mark: a lock of an
 * administrator (`000001010000Z`) and one of the password policy (a time of today) are other values.
 */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Ends in 1, since directories compare fractions without zeros at their end. */
const OURS = /^00000101000000\.1(\d{39})1Z$/;
const FOR_GOOD = /^00000101(00){1,3}([.,]\d+)?Z$/;
const TIME = /^\d{10,14}([.,]\d+)?Z$/;

export const isCommandId = (id: string): boolean => UUID.test(id);

/** The lock of a command. */
export const lockOf = (commandId: string): string => {
  const number = BigInt(`0x${commandId.replace(/-/g, '')}`);
  return `00000101000000.1${number.toString().padStart(39, '0')}1Z`;
};

/** Locks of ours lie between these, compared as times. */
export const OUR_LOCKS = { least: '00000101000000.1Z', most: '00000101000000.2Z' };

/** The command that a lock is of, or undefined if it is not one of ours. */
export const commandOfLock = (lock: string): string | undefined => {
  const digits = OURS.exec(lock)?.[1];
  if (digits === undefined) return undefined;
  const hex = BigInt(digits).toString(16).padStart(32, '0');
  return hex.length > 32 ? undefined : hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
};

/** True for a lock that does not end by itself. */
export const isForGood = (lock: string): boolean => FOR_GOOD.test(lock);

/** True for what can be written as a lock. */
export const isTime = (lock: string): boolean => TIME.test(lock);
