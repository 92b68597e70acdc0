import IntlMessageFormat from 'intl-messageformat';

/* `@osd/i18n` as far as the page uses it: English, in the words that stand in the source. */

type Values = Readonly<Record<string, string | number>>;

const formats = new Map<string, IntlMessageFormat>();

const formatOf = (message: string): IntlMessageFormat => {
  const known = formats.get(message) ?? new IntlMessageFormat(message, 'en');
  formats.set(message, known);
  return known;
};

const translate = (
  _id: string,
  { defaultMessage, values = {} }: { readonly defaultMessage: string; readonly values?: Values },
): string => (defaultMessage.includes('{') ? String(formatOf(defaultMessage).format({ ...values })) : defaultMessage);

export const i18n = { translate, getLocale: (): string => 'en' };
