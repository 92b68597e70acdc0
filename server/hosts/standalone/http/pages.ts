import type { HostResponse } from '../../../routes/http';

/*
 * The pages that this host shows by itself: before Reflex is up, and to those who are not logged in. No framework, no
 * script but the host's own, both colour schemes by the system's preference.
 */

const STYLE = `
  :root {
    color-scheme: light dark; --text: #1d2a3a; --soft: #56657a; --back: #f5f7fa; --card: #fff; --line: #d3dae6;
    --blue: #006bb4; --red: #bd271e;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --text: #e6ebf2; --soft: #9fadc2; --back: #10151d; --card: #1a222d; --line: #343f4e;
      --blue: #58a6e8; --red: #f68b82;
    }
  }
  * { box-sizing: border-box } [hidden] { display: none }
  body {
    margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--back); color: var(--text);
    font: 16px/1.5 system-ui, sans-serif;
  }
  main {
    width: min(36rem, calc(100vw - 2rem)); background: var(--card); border: 1px solid var(--line); border-radius: 8px;
    padding: 2rem;
  }
  h1 { font-size: 1.5rem; margin: 0 0 .5rem } p { margin: .5rem 0; color: var(--soft) }
  ol { list-style: none; margin: 1.25rem 0 0; padding: 0 } li { padding: .5rem 0; border-top: 1px solid var(--line) }
  .state { float: right; color: var(--soft) } .failed .state, .fault { color: var(--red) }
  .detail { font-size: .875rem; color: var(--soft); overflow-wrap: anywhere }
  progress { width: 100%; accent-color: var(--blue) }
  label { display: block; margin-top: 1rem }
  input {
    width: 100%; font: inherit; padding: .5rem; margin-top: .25rem; color: inherit; background: var(--back);
    border: 1px solid var(--line); border-radius: 4px;
  }
  button {
    font: inherit; margin-top: 1rem; padding: .5rem 1rem; color: #fff; background: #005a9c; border: 0;
    border-radius: 4px; cursor: pointer;
  }
  :focus-visible { outline: 3px solid var(--blue); outline-offset: 2px } code { overflow-wrap: anywhere }
`;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

const html = (status: number, title: string, content: string, script?: string): HostResponse => ({
  status,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><title>${title}</title><style>${STYLE}</style>
${script === undefined ? '' : `<script defer src="${script}"></script>`}</head>
<body><main>${content}</main></body></html>
`,
});

/** Shown until Reflex is up; `loading.js` keeps it current and goes to the page when it is there. */
export const loadingPage = (): HostResponse =>
  html(
    200,
    'Reflex is starting',
    `<h1>Reflex is starting</h1>
<p id="about" role="status" aria-live="polite">What is needed is put in place. This page goes on by itself.</p>
<ol id="steps"></ol>
<noscript><p>This page needs JavaScript; reload it in a minute.</p></noscript>`,
    '/assets/loading.js',
  );

/** Takes the key out of the address, or by hand; where there are users, their name and password. */
export const loginPage = (): HostResponse =>
  html(
    200,
    'Reflex: log in',
    `<h1>Reflex</h1>
<p id="about" role="status" aria-live="polite">One moment …</p>
<form id="by-key" hidden>
<label>Key<input id="key" name="key" type="password" autocomplete="off" required></label>
<button>Log in</button></form>
<form id="by-password" hidden>
<label>Name<input id="name" name="name" autocomplete="username" autocapitalize="none" spellcheck="false" required></label>
<label>Password<input id="password" name="password" type="password" autocomplete="current-password" required></label>
<button>Log in</button></form>
<noscript><p>This page needs JavaScript.</p></noscript>`,
    '/assets/login.js',
  );

export const notFoundPage = (path: string): HostResponse =>
  html(
    404,
    'Reflex: not found',
    `<h1>Nothing is here</h1><p>There is no page <code>${escaped(path)}</code>. <a href="/app/reflex">Go to Reflex</a></p>`,
  );

/** The page itself, as Dashboards would lay it out; `boot` puts in the theme. */
export const appPage = (
  names: Readonly<Record<'boot' | 'shared' | 'host' | 'light' | 'dark', string>>,
): HostResponse => ({
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' },
  body: `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><title>Reflex</title>
<script src="/assets/${names.boot}" data-light="/assets/${names.light}" data-dark="/assets/${names.dark}"></script>
<script defer src="/assets/${names.shared}"></script>
<script defer src="/bundles/plugin/reflex/reflex.plugin.js"></script>
<script defer src="/assets/${names.host}"></script></head>
<body><div id="reflex-host"></div><noscript>Reflex needs JavaScript.</noscript></body></html>
`,
});
