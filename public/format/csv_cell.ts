/** What begins a formula, in the spellings that spreadsheets fold. */
const BEGINS_FORMULA = '[=+\\-@\\u2212\\ufe62\\ufe63\\ufe66\\ufe6b\\uff0b\\uff0d\\uff1d\\uff20]';
/** Spreadsheets skip blanks, quotes and what nobody sees; a tab or a line end is a beginning of its own. */
const FORMULA = new RegExp(`^(?:[\\t\\r\\n]|["'\\s\\p{C}]*${BEGINS_FORMULA})`, 'u');
/** Some split at these whatever is quoted: a German one at the semicolon. */
const SPLIT_FORMULA = new RegExp(`([;\\t\\r\\n]["'\\s\\p{C}]*)(?=${BEGINS_FORMULA})`, 'gu');

/**
 * One cell. A text that a spreadsheet would take for a formula gets a leading apostrophe (OWASP, CSV injection), also
 * behind what it might take for a separator: alert fields come from attackers. Every text is quoted.
 */
export const csvCell = (value: string | number): string => {
  if (typeof value === 'number') return String(value);
  const inside = value.replace(SPLIT_FORMULA, "$1'");
  const safe = FORMULA.test(inside) ? `'${inside}` : inside;
  return `"${safe.replace(/"/g, '""')}"`;
};
