import { element } from './words.js';

/**
 * Reads as much of Markdown as the chapters use: headings, paragraphs, lists, tables, fenced code, comments; code,
 * links and bold within a line. All text becomes text nodes, so nothing in a chapter is read as markup of the page.
 *
 * @param {function(string): ?string} address where a link leads; null for none
 * @returns {HTMLElement[]}
 */
export function render(text, address) {
  return new Reader(text.replace(/^ *<!--.*?-->\n?/gms, '').split('\n'), address).blocks();
}

const INDENT = /^ {2,}\S/;
const ITEM = /^(?:[-*]|\d+\.) +/;

class Reader {
  #lines;
  #address;
  #at = 0;

  constructor(lines, address) {
    this.#lines = lines;
    this.#address = address;
  }

  blocks() {
    const blocks = [];
    while (this.#at < this.#lines.length) {
      if (this.#line.trim() === '') this.#at++;
      else blocks.push(this.#block());
    }
    return blocks;
  }

  get #line() {
    return this.#lines[this.#at];
  }

  #block() {
    const line = this.#line;
    if (line.startsWith('```')) return this.#code();
    if (/^#{1,6} /.test(line)) return this.#heading();
    if (line.startsWith('|')) return this.#table();
    if (ITEM.test(line)) return this.#list();
    return this.#inline(element('p'), this.#take(next => !/^(```|#{1,6} |\|)/.test(next) && !ITEM.test(next)).join(' '));
  }

  /** The present line and those after it, up to an empty one or one that does not belong to it. */
  #take(belongs) {
    const from = this.#at++;
    while (this.#at < this.#lines.length && this.#line.trim() !== '' && belongs(this.#line)) this.#at++;
    return this.#lines.slice(from, this.#at);
  }

  #code() {
    const from = ++this.#at;
    while (this.#at < this.#lines.length && !this.#line.startsWith('```')) this.#at++;
    const block = element('pre');
    block.tabIndex = 0; // so that keys can scroll it
    block.append(element('code', '', this.#lines.slice(from, this.#at++).join('\n')));
    return block;
  }

  #heading() {
    const [, marks, words] = /^(#+) +(.*)/.exec(this.#lines[this.#at++]);
    const heading = this.#inline(element(`h${marks.length}`), words);
    heading.id = heading.textContent.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replace(/ /g, '-');
    return heading;
  }

  #table() {
    const [head, , ...rows] = this.#take(line => line.startsWith('|'));
    const table = element('table');
    table.append(this.#row(head, 'th'), ...rows.map(row => this.#row(row, 'td')));
    const frame = element('div', 'table');
    frame.tabIndex = 0;
    frame.append(table);
    return frame;
  }

  #row(line, tag) {
    const cells = line.trim().replace(/^\||\|$/g, '').split(/(?<!\\)\|/);
    const row = element('tr');
    row.append(...cells.map(cell => this.#inline(element(tag), cell.trim().replaceAll('\\|', '|'))));
    return row;
  }

  /** An item goes on over the indented lines below it, also over an empty one; they are read as blocks of their own. */
  #list() {
    const list = element(/^\d/.test(this.#line) ? 'ol' : 'ul');
    while (this.#at < this.#lines.length && ITEM.test(this.#line)) {
      const lines = [this.#lines[this.#at++].replace(ITEM, '')];
      while (this.#at < this.#lines.length && this.#belongsToItem()) lines.push(this.#lines[this.#at++].replace(/^ {2,3}/, ''));
      const blocks = new Reader(lines, this.#address).blocks();
      const item = element('li');
      if (blocks[0]?.localName === 'p') item.append(...blocks.shift().childNodes);
      item.append(...blocks);
      list.append(item);
      while (this.#at < this.#lines.length && this.#line.trim() === '' && ITEM.test(this.#lines[this.#at + 1] ?? '')) this.#at++;
    }
    return list;
  }

  #belongsToItem() {
    if (this.#line.trim() === '') return INDENT.test(this.#lines[this.#at + 1] ?? '');
    return INDENT.test(this.#line) || !(ITEM.test(this.#line) || /^(```|#|\|)/.test(this.#line));
  }

  /** @returns {HTMLElement} the element, filled */
  #inline(parent, text) {
    let rest = text;
    while (rest) {
      const found = /``(.+?)``|`([^`]+)`|\*\*(.+?)\*\*|\[([^\]]*(?:`[^`]*`[^\]]*)*)\]\(([^)\s]+)\)/.exec(rest);
      if (!found) break;
      parent.append(rest.slice(0, found.index), this.#span(found));
      rest = rest.slice(found.index + found[0].length);
    }
    parent.append(rest);
    return parent;
  }

  #span([, twice, code = twice, bold, words, link]) {
    if (code !== undefined) return element('code', '', code);
    if (bold !== undefined) return this.#inline(element('strong'), bold);
    const href = this.#address(link);
    if (href === null) return this.#inline(element('span'), words);
    const anchor = this.#inline(element('a'), words);
    anchor.href = href;
    return anchor;
  }
}
