import React from 'react';
import { createRoot } from 'react-dom/client';
import { makeCore, type Core } from './core/core';
import { Frame } from './frame';

/* Does what Dashboards' own start does: reads the plugin's bundle, sets it up, starts it and mounts its application. */

interface Plugin {
  readonly setup: (core: Core, plugins: object) => unknown;
  readonly start: (core: Core, plugins: object) => unknown;
}

interface PluginBundle {
  readonly plugin: (context: object) => Plugin;
}

const element = (id: string): HTMLElement => {
  const made = document.createElement('div');
  made.id = id;
  document.getElementById('reflex-host')?.append(made);
  return made;
};

const start = async (): Promise<void> => {
  const { applications, toasts, core } = makeCore();
  createRoot(element('reflex-frame')).render(<Frame toasts={toasts} />);
  const { plugin } = window.__osdBundles__.get('plugin/reflex/public') as PluginBundle;
  const instance = plugin({ opaqueId: Symbol('reflex'), env: { mode: { prod: true } }, config: { get: () => ({}) } });
  await instance.setup(core, {});
  await instance.start(core, {});
  await applications.mount(element('reflex-app'));
};

start().catch((cause: unknown) => {
  element('reflex-fault').textContent =
    `The page could not be shown: ${String(cause)}. Reload it; if that does not help, start Reflex again.`;
});
