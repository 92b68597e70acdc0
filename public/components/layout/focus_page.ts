/** Puts the focus on the page's title, where what had it is about to go away: nobody should start over at the top. */
export const focusPage = (): void => document.querySelector<HTMLElement>('.rfx-page__title')?.focus();
