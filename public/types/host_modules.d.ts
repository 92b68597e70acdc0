/* Modules that OpenSearch Dashboards shares with its plugins; they are on no package registry. */

declare module '@osd/i18n' {
  export const i18n: {
    translate(
      id: string,
      options: { readonly defaultMessage: string; readonly values?: Readonly<Record<string, string | number>> },
    ): string;
  };
}

declare module '@osd/ui-shared-deps/theme' {
  /** Values of the theme of this page load, by the names that OUI's own style sheets use. */
  export const euiThemeVars: Readonly<Record<string, string>>;
  export const darkMode: boolean;
}
