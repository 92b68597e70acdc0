import { euiThemeVars } from '@osd/ui-shared-deps/theme';

/** Our names for the values of the host's theme; no colour of this page comes from anywhere else. */
const NAMES: Readonly<Record<string, string>> = {
  text: 'euiTextColor',
  subdued: 'euiTextSubduedColor',
  page: 'euiPageBackgroundColor',
  surface: 'euiColorEmptyShade',
  faint: 'euiColorLightestShade',
  line: 'euiBorderColor',
  muted: 'euiColorMediumShade',
  strong: 'euiColorFullShade',
  link: 'euiLinkColor',
  primary: 'euiColorPrimary',
  focus: 'euiFocusBackgroundColor',
  good: 'euiColorSuccessText',
  busy: 'euiColorPrimaryText',
  warn: 'euiColorWarningText',
  bad: 'euiColorDangerText',
  danger: 'euiColorDanger',
  warning: 'euiColorWarning',
  permit: 'euiColorVis0',
  hold: 'euiColorVis1',
  escalate: 'euiColorVis5',
  deny: 'euiColorVis9',
  learn: 'euiColorMediumShade',
  radius: 'euiBorderRadius',
  'font-s': 'euiFontSizeS',
  'font-xs': 'euiFontSizeXS',
  mono: 'euiCodeFontFamily',
};

/** The variables as the style sheet uses them: `--rfx-text: …`. */
export const themeVariables = (): string =>
  Object.entries(NAMES)
    .flatMap(([ours, theirs]) =>
      euiThemeVars[theirs] === undefined ? [] : [`--rfx-${ours}: ${euiThemeVars[theirs]};`],
    )
    .join(' ');
