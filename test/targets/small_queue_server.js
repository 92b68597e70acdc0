// A server with room for very few connections that nobody has taken yet. Run as a process of its own, so that it can
// be stopped: the kernel then makes further clients wait before their connection stands.
const { createServer } = require('net');

let bytes = 0;
const server = createServer((socket) => {
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    bytes += chunk.length;
    socket.end('HTTP/1.1 204 No Content\r\n\r\n');
  });
});
process.on('message', () => process.send(bytes));
process.on('disconnect', () => process.exit());
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => process.send(server.address().port));
