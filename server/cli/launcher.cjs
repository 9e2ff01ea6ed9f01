'use strict';

/**
 * Starts the bundle with V8's code cache, which saves compiling it at every start. The cache is written a while after
 * the first start, when the functions a start needs are compiled; where it cannot be written, starting is only slower.
 */
const { readFileSync, renameSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const path = require('node:path');
const vm = require('node:vm');

const file = path.join(__dirname, 'bundle.cjs');
const cacheFile = path.join(__dirname, `bundle.${process.version}-${process.arch}.cache`);

function readCache() {
  try {
    return readFileSync(cacheFile);
  } catch {
    return undefined;
  }
}

const cachedData = readCache();
const script = new vm.Script(Module.wrap(readFileSync(file, 'utf8')), {
  filename: file,
  cachedData,
});

const bundle = new Module(file, module);
bundle.filename = file;
bundle.paths = Module._nodeModulePaths(__dirname);
script.runInThisContext()(bundle.exports, Module.createRequire(file), bundle, file, __dirname);

if (cachedData === undefined || script.cachedDataRejected) {
  setTimeout(() => {
    try {
      const partFile = `${cacheFile}.${process.pid}`;
      writeFileSync(partFile, script.createCachedData());
      renameSync(partFile, cacheFile);
    } catch {
      // A read-only installation starts without a cache.
    }
  }, 2_000).unref();
}
