// Runs the mini program of the documentation on phones, as it stands there, and prints what each shows: one line per
// change, its fields separated by tabs. What happens to a phone comes by lines: its name, what, and the rest.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Phone } from './phone.mjs';

const [server] = process.argv.slice(2);

const chapter = readFileSync('src/site/markdown/mini-program.md', 'utf8');
const named = [...chapter.matchAll(/<!-- (\S+\.js) -->\n```js\n(.*?)```/gs)].map(([, name, source]) => [name, source]);
const copied = ['heartline.js', 'heartline-wx.js'].map(name => [`lib/${name}`, readFileSync(`target/page-script/${name}`, 'utf8')]);
const files = Object.fromEntries([...named, ...copied]);

const phones = new Map();

function open(name, cookie) {
  const phone = new Phone(files, {
    hosts: { 'app.example.com': server },
    added: cookie ? { Cookie: cookie } : {},
    shows(data) {
      for (const [what, value] of Object.entries(data)) {
        console.log([name, what, typeof value === 'string' ? value : JSON.stringify(value)].join('\t'));
      }
    },
  });
  phones.set(name, phone);
  phone.require('app.js');
  phone.require('pages/orders.js');
  phone.page.orders.on('subscribed', ({ recovered }) => console.log([name, 'subscribed', recovered].join('\t')));
}

const lines = createInterface({ input: process.stdin });
lines.on('line', line => {
  const [name, what, rest] = line.split('\t');
  const phone = phones.get(name);
  if (what === 'open') open(name, rest);
  else if (what === 'hide') phone.hide();
  else if (what === 'show') phone.show();
  else phone.page[what]();
});
lines.on('close', () => process.exit());
