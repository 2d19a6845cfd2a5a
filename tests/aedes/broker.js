// node broker.js PORT: an aedes that keeps its sessions in memory. NODE_PATH names the folder of its packages.
const broker = require('aedes')();
require('net').createServer(broker.handle).listen(Number(process.argv[2]), '127.0.0.1', () => console.log('listening'));
