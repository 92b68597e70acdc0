/*
 * `reflex.plugin.js`. Browsers may keep it for a year, and Dashboards puts nothing of the plugin's version into its
 * address; so it asks each time which module is the current one. Should Reflex fail to load, Dashboards goes on.
 */
const base = window.__osdPublicPath__.reflex;

const load = async () => {
  const answer = await fetch(`${base}entry.json`, { cache: 'no-store', credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  const { module } = await answer.json();
  return import(base + module);
};

const loading = load();
// It is told where it is waited for.
loading.catch(() => {});

class LoadedPlugin {
  constructor(context) {
    this.context = context;
  }

  async setup(core, plugins) {
    try {
      const { plugin } = await loading;
      this.real = plugin(this.context);
      return await this.real.setup(core, plugins);
    } catch (error) {
      this.real = undefined;
      this.failure = error;
      return undefined;
    }
  }

  start(core, plugins) {
    if (this.real !== undefined) return this.real.start(core, plugins);
    core.notifications.toasts.addDanger({ title: 'Reflex could not be loaded', text: String(this.failure) });
    return undefined;
  }

  stop() {
    if (this.real?.stop) this.real.stop();
  }
}

let contract;
window.__osdBundles__.define('plugin/reflex/public', () => {
  contract ??= { plugin: (context) => new LoadedPlugin(context) };
  return contract;
});
