import { codeStyles } from './code_styles';
import { connectorStyles } from './connector_styles';
import { dataStyles } from './data_styles';
import { pageStyles } from './page_styles';
import { policyStyles } from './policy_styles';
import { shellStyles } from './shell_styles';
import { sourceStyles } from './source_styles';
import { themeVariables } from './variables';

const ELEMENT_ID = 'rfx-styles';

/** Puts our few rules beside OUI's. A plugin's style comes with its script; the host adds its nonce. */
export const installStyles = (): void => {
  if (document.getElementById(ELEMENT_ID)) return;
  const style = document.createElement('style');
  style.id = ELEMENT_ID;
  style.textContent = [
    `:root { ${themeVariables()} }`,
    shellStyles,
    pageStyles,
    dataStyles,
    codeStyles,
    policyStyles,
    sourceStyles,
    connectorStyles,
  ].join('\n');
  document.head.append(style);
};
