// Loaded into a process under measurement: on SIGUSR2 it collects its garbage, so that what is left is what is held.
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

setFlagsFromString('--expose-gc');
const gc = runInNewContext('gc');
process.on('SIGUSR2', () => {
  for (let n = 0; n < 3; n += 1) gc();
});
