'use strict';
/*
 * The environments of the tests, which end what Jest leaves behind. Jest makes an `AsyncLocalStorage` for each test
 * file and never disables it, and a worker runs hundreds of files: each promise of the last file then carries, and
 * copies, the context of all files before it. That was a third of the processor time of the unit tests.
 */
const { AsyncLocalStorage } = require('async_hooks');

/** The same environment; storages that were first used in it are disabled when it ends. */
exports.ending = (Environment) =>
  class extends Environment {
    async setup() {
      await super.setup();
      const used = new Set();
      const { run } = AsyncLocalStorage.prototype;
      AsyncLocalStorage.prototype.run = function (...args) {
        used.add(this);
        return Reflect.apply(run, this, args);
      };
      this.endStorages = () => {
        AsyncLocalStorage.prototype.run = run;
        for (const storage of used) storage.disable();
      };
    }

    async teardown() {
      await super.teardown();
      this.endStorages?.();
    }
  };
