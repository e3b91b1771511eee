// The client of a published mini program, as it was published but for its comments ("may send to the server now",
// "received a message") being done and its brackets closed. www.test.com is where its author's hosts file says.
import { readFileSync } from 'node:fs';
import { Phone } from './phone.mjs';

const [server, certificate] = process.argv.slice(2);

const published = `
wx.connectSocket({
url: 'wss://www.test.com/wss',
data: {
message: 'test'
},
success: function (res) {
console.log('成功了', res);
},
fail: function () {
console.log('失败了');
}
});
wx.onSocketOpen(function (res) {
told('open', '');
wx.sendSocketMessage({ data: 'test' });
});
wx.onSocketMessage(function(data) {
told('message', data.data);
});
wx.onSocketError(function (res) {
told('error', res.errMsg);
});
`;

const silent = { log() {} };
const told = (kind, text) => console.log(['phone', kind, text].join('\t'));
const phone = new Phone(
  { 'app.js': `${published}\nwx.onSocketClose(function (res) { told('close', String(res.code)); });` },
  {
    hosts: { 'www.test.com': server },
    ca: readFileSync(certificate, 'utf8'),
    globals: { told, console: silent },
  },
);
phone.require('app.js');

process.stdin.on('end', () => process.exit()).resume();
