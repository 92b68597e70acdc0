/*
 * Ids of MITRE ATT&CK in the one form that policies go by, whoever wrote them: `T1110`, `attack.T1110`, `mitre.t1110`
 * and `attack:T1110` are `attack.t1110`, and `T1110/001` is `attack.t1110.001`.
 */

const TECHNIQUE = /^(?:(?:mitre(?:[ _.:/-]?att(?:a|&)ck)?|att(?:a|&)ck|technique)[ _.:/-])?(t\d{4})(?:[./](\d{3}))?$/i;

const ONE_FORM = /^attack\.(t\d{4}(?:\.\d{3})?)$/;

/** The spellings by which a grant may mean a tag: of a technique with and without `attack.`, in both cases. */
export const spellingsOf = (tag: string): readonly string[] => {
  const [, id] = ONE_FORM.exec(tag) ?? [];
  return id === undefined ? [tag] : [tag, id, id.toUpperCase(), `attack.${id.toUpperCase()}`];
};

/** A tag as policies know it: the id of a technique in its one form, any other as it is. */
export const tagMeant = (tag: string): string => {
  const [, technique, part] = TECHNIQUE.exec(tag.trim()) ?? [];
  if (technique === undefined) return tag;
  return `attack.${technique.toLowerCase()}${part === undefined ? '' : `.${part}`}`;
};
