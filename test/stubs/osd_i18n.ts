/*
 * Stands in for `@osd/i18n` in tests: formats the default message. As much of ICU's message format as the page uses:
 * `{name}`, and `{count, plural, one {…} other {…}}` with `#` for the number.
 */

type Values = Readonly<Record<string, string | number>>;

const closing = (message: string, open: number): number => {
  let depth = 0;
  for (let index = open; index < message.length; index += 1) {
    if (message[index] === '{') depth += 1;
    if (message[index] === '}') depth -= 1;
    if (depth === 0) return index;
  }
  throw new Error(`unbalanced braces in \`${message}\``);
};

const branches = (text: string): ReadonlyMap<string, string> => {
  const found = new Map<string, string>();
  let rest = text;
  for (let open = rest.indexOf('{'); open !== -1; open = rest.indexOf('{')) {
    const end = closing(rest, open);
    found.set(rest.slice(0, open).trim(), rest.slice(open + 1, end));
    rest = rest.slice(end + 1);
  }
  return found;
};

const argument = (inner: string, values: Values): string => {
  const [name = '', kind, ...rest] = inner.split(',').map((part, index) => (index < 2 ? part.trim() : part));
  const value = values[name];
  if (value === undefined) throw new Error(`a value for \`${name}\` is missing`);
  if (kind === undefined) return String(value);
  if (kind !== 'plural') throw new Error(`\`${kind}\` is not supported here`);
  const choices = branches(rest.join(','));
  const chosen = (value === 1 ? choices.get('one') : undefined) ?? choices.get('other') ?? '';
  return formatMessage(chosen.replace(/#/g, String(value)), values);
};

export const formatMessage = (message: string, values: Values): string => {
  const open = message.indexOf('{');
  if (open === -1) return message;
  const end = closing(message, open);
  return (
    message.slice(0, open) +
    argument(message.slice(open + 1, end), values) +
    formatMessage(message.slice(end + 1), values)
  );
};

export const i18n = {
  translate: (_id: string, { defaultMessage, values = {} }: { defaultMessage: string; values?: Values }): string =>
    formatMessage(defaultMessage, values),
};
