/** `node --import ./register.mjs out/main/main.js`: the module `electron` is the stand-in beside this file. */
import { registerHooks } from 'node:module';

const standIn = new URL('./fake-electron.mjs', import.meta.url).href;
registerHooks({
  resolve: (name, context, next) =>
    name === 'electron' ? { url: standIn, format: 'module', shortCircuit: true } : next(name, context),
});
