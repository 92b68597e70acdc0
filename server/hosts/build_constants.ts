declare const __ENGINE_DIGEST__: string | undefined;
declare const __REFLEX_VERSION__: string | undefined;

/** Digest over everything that decides; the bundler puts it in (`scripts/bundle/sources.js`). */
export const ENGINE_DIGEST: string = typeof __ENGINE_DIGEST__ === 'undefined' ? 'unbuilt' : (__ENGINE_DIGEST__ ?? '');

/** Version of this Reflex, from package.json. */
export const REFLEX_VERSION: string = typeof __REFLEX_VERSION__ === 'undefined' ? '0.0.0' : (__REFLEX_VERSION__ ?? '');
