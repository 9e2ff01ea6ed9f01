// The least a WebSocket server in Node can be: the yardstick for memory per socket.
const { WebSocketServer } = require('ws');

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false }, () => {
  process.stdout.write(`${server.address().port}\n`);
});
server.on('connection', (socket) => socket.on('message', () => {}));
