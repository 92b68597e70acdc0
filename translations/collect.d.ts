/** Every text of the page by its id, as `en.json` has them. */
export const collect: () => { readonly messages: Readonly<Record<string, string>> };
/** Path of `en.json`. */
export const FILE: string;
