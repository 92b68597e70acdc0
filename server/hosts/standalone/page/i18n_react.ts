import React, { type ReactElement, type ReactNode } from 'react';
import { i18n } from './i18n';

/* `@osd/i18n/react` as far as the page uses it. */

interface FormattedMessageProps {
  readonly id: string;
  readonly defaultMessage: string;
  readonly values?: Readonly<Record<string, string | number>>;
}

export const FormattedMessage = ({ id, ...options }: FormattedMessageProps): ReactElement =>
  React.createElement(React.Fragment, null, i18n.translate(id, options));

export const I18nProvider = ({ children }: { readonly children?: ReactNode }): ReactElement =>
  React.createElement(React.Fragment, null, children);
