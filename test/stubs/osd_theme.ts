import theme from '@elastic/eui/dist/eui_theme_next_light.json';

/** Stands in for `@osd/ui-shared-deps/theme` in tests. */
export const euiThemeVars = theme as unknown as Readonly<Record<string, string>>;
export const darkMode = false;
