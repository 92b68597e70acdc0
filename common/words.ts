/**
 * The one spelling of a word that belongs to us or to a protocol: such as the name of a header. Texts that name a
 * thing (host, account, address) are read by `readEntity` instead.
 */
export const foldWord = (word: string): string => word.toLowerCase();
