import { EuiButtonEmpty, EuiHeader, EuiHeaderLogo, EuiHeaderSection, EuiHeaderSectionItem } from '@elastic/eui';
import React, { type ReactElement } from 'react';
import { http } from './core/http';
import { ToastList, type Toasts } from './core/toasts';

const otherTheme = (): 'light' | 'dark' => (window.__osdThemeTag__.endsWith('dark') ? 'light' : 'dark');

const switchTheme = (): void => {
  window.localStorage.setItem('reflex.theme', otherTheme());
  const address = new URL(window.location.href);
  address.searchParams.delete('theme');
  window.history.replaceState(null, '', address);
  // A theme holds for a page load, as in Dashboards.
  window.location.reload();
};

const logOut = (): void => {
  void http.delete('/api/reflex/session').finally(() => window.location.assign('/login'));
};

/** What is around the page: whose it is, the theme, the way out, and messages. */
export const Frame = ({ toasts }: { readonly toasts: Toasts }): ReactElement => (
  <>
    {/* A landmark, so that who jumps from one to the next comes by here too. */}
    <section aria-label="Standalone host">
      <EuiHeader>
        <EuiHeaderSection>
          <EuiHeaderSectionItem border="none">
            <EuiHeaderLogo iconType="securityApp" href="/app/reflex" aria-label="Reflex, standalone">
              Standalone
            </EuiHeaderLogo>
          </EuiHeaderSectionItem>
        </EuiHeaderSection>
        <EuiHeaderSection side="right">
          <EuiHeaderSectionItem border="none">
            <EuiButtonEmpty size="s" onClick={switchTheme}>
              {otherTheme() === 'dark' ? 'Dark theme' : 'Light theme'}
            </EuiButtonEmpty>
          </EuiHeaderSectionItem>
          <EuiHeaderSectionItem border="none">
            <EuiButtonEmpty size="s" onClick={logOut}>
              Log out
            </EuiButtonEmpty>
          </EuiHeaderSectionItem>
        </EuiHeaderSection>
      </EuiHeader>
    </section>
    <ToastList toasts={toasts} />
  </>
);
