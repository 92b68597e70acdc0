/*
 * The state index is written and read through an alias with a name of its own for each index that was ever made, and
 * a write demands that it is an alias. So when the index is deleted, a write cannot make it again by itself; and when
 * another index of the same name is made, no agent of the old one can write into the new, where sequence numbers
 * begin again and its old versions might fit (`protocol.md` section 0).
 */

const beginningOf = (index: string): string => `${index}-only-`;

/** @param random 32 hexadecimal digits, never used before */
export const newWriteAlias = (index: string, random: string): string => `${beginningOf(index)}${random}`;

export const writeAliasesOf = (index: string, aliases: readonly string[]): readonly string[] =>
  aliases.filter((alias) => alias.startsWith(beginningOf(index)));
