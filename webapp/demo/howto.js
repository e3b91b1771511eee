import { byId, put } from './words.js';

const context = new URL('..', location.href); // the page stands in <context>/demo/

/** Fills in the two examples with this server's own addresses. */
export function showHowTo() {
  const publish = new URL('api/publish', context).href;
  const script = new URL('heartline.js', context).pathname;
  const door = new URL('line', context).pathname;
  byId('curl').textContent = [
    `curl ${publish} \\`,
    `  -H "Authorization: Bearer YOUR-KEY" \\`,
    `  -H "Content-Type: application/json" \\`,
    `  -d '{"channel":"public:demo","data":"hello"}'`,
  ].join('\n');
  byId('snippet').textContent = [
    `<script src="${script}"></script>`,
    `<script>`,
    `  new Heartline('${door}')`,
    `    .subscribe('public:demo', data => console.log(data));`,
    `</script>`,
  ].join('\n');
  for (const button of document.querySelectorAll('[data-copy]')) {
    button.addEventListener('click', () => copy(byId(button.dataset.copy), button));
  }
}

/** Pages without https have no clipboard API; the older command needs a selection, which helps even if it fails. */
async function copy(source, button) {
  const copied = await navigator.clipboard?.writeText(source.textContent).then(() => true, () => false);
  if (!copied) getSelection().selectAllChildren(source);
  const done = copied || document.execCommand('copy');
  button.textContent = done ? 'Copied' : 'Selected';
  put('announce', done ? 'Copied' : 'Selected, copy it with your keyboard');
  setTimeout(() => (button.textContent = 'Copy'), 2_000);
}
