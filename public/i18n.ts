import { i18n } from '@osd/i18n';

type Values = Readonly<Record<string, string | number>>;

/**
 * A text of the page in the language of the host. The English text stands where it is used, `translations/en.json`
 * lists them all, and a test keeps the two in step.
 *
 * @param id without the leading `reflex.`
 * @param defaultMessage English, in ICU message format: `{name}`, `{count, plural, one {…} other {…}}`
 */
export const say = (id: string, defaultMessage: string, values: Values = {}): string =>
  i18n.translate(`reflex.${id}`, { defaultMessage, values });
