// Shapes as (seconds after the arrival, height): 1 is the tallest, below 0 goes under the line.
const SHAPES = {
  beat: [[0, 0], [0.1, 0.02], [0.2, -0.13], [0.32, 1], [0.44, -0.27], [0.54, 0], [0.7, 0.02], [0.82, 0.13], [0.94, 0.2], [1.04, 0.15], [1.14, 0.04], [1.24, 0]],
  publication: [[0, 0], [0.1, 0.46], [0.2, -0.12], [0.28, 0]],
  answer: [[0, 0], [0.1, 0.13], [0.2, 0]],
};

const RANK = { answer: 0, publication: 1, beat: 2 };
const FRAME = 1_000 / 30; // ms; finer is not seen, and a page left open should not heat the room
const STILL = 1_000; // the same for those who do not want movement
const MARGIN = 24; // px from the pen to the right edge

/** The line drawn as a heart's trace, newest at the right. Draws while it is looked at, and only then. */
export class Trace {
  #canvas;
  #marks = []; // { at, kind, until }, oldest first, in ms of performance.now()
  #spells = [{ from: -600_000, live: false }]; // since when there is a line, or none; before the page there was none
  #inView = true;
  #drawnAt = -Infinity;
  #calm = matchMedia('(prefers-reduced-motion: reduce)');

  constructor(canvas) {
    this.#canvas = canvas;
    new IntersectionObserver(entries => (this.#inView = entries.at(-1).isIntersecting)).observe(canvas);
    requestAnimationFrame(now => this.#frame(now));
  }

  set live(live) {
    if (live !== this.#spells.at(-1).live) this.#spells.push({ from: performance.now(), live });
  }

  beat() {
    this.#mark('beat');
  }

  publication() {
    this.#mark('publication');
  }

  answer() {
    this.#mark('answer');
  }

  /** Two shapes never overlap: the greater cuts the lesser short, else the earlier stays. */
  #mark(kind) {
    const at = performance.now();
    const last = this.#marks.at(-1);
    if (last && last.until > at) {
      if (RANK[kind] <= RANK[last.kind]) return;
      last.until = at;
    }
    this.#marks.push({ at, kind, until: at + SHAPES[kind].at(-1)[0] * 1_000 });
  }

  #frame(now) {
    requestAnimationFrame(later => this.#frame(later));
    const pause = this.#calm.matches ? STILL : FRAME - 4; // frames come a little early or late
    if (!this.#inView || now - this.#drawnAt < pause) return;
    this.#drawnAt = now;
    this.#draw(performance.now());
  }

  #draw(now) {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const pen = this.#prepare(width, height);
    const paper = {
      x: at => width - MARGIN - ((now - at) / 1_000) * Math.min(30, Math.max(14, width / 45)),
      y: rise => height * 0.78 - rise * height * 0.66,
    };
    this.#forget(at => paper.x(at) < -40);
    const colour = getComputedStyle(this.#canvas).color;
    this.#spells.forEach((spell, i) => {
      const to = Math.min(this.#spells[i + 1]?.from ?? now, now);
      this.#drawSpell(pen, paper, { ...spell, to, colour, width });
    });
    if (this.#spells.at(-1).live) this.#drawPen(pen, paper, now, colour);
  }

  #prepare(width, height) {
    const canvas = this.#canvas;
    const dense = devicePixelRatio || 1;
    const [w, h] = [Math.round(width * dense), Math.round(height * dense)];
    if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, { width: w, height: h });
    const pen = canvas.getContext('2d');
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.lineJoin = pen.lineCap = 'round';
    return pen;
  }

  #forget(gone) {
    while (this.#marks.length > 0 && gone(this.#marks[0].until)) this.#marks.shift();
    while (this.#spells.length > 1 && gone(this.#spells[1].from)) this.#spells.shift();
  }

  #drawSpell(pen, paper, { from, to, live, colour, width }) {
    const fade = pen.createLinearGradient(0, 0, width, 0);
    fade.addColorStop(0, withAlpha(colour, 0.08));
    fade.addColorStop(0.35, withAlpha(colour, 0.35));
    fade.addColorStop(0.7, withAlpha(colour, 1));
    pen.strokeStyle = fade;
    pen.globalAlpha = live ? 1 : 0.5;
    pen.lineWidth = live ? 2.25 : 1.5;
    pen.setLineDash(live ? [] : [2, 7]);
    // Dashes are counted from the right end, else they would crawl along as the paper moves.
    pen.lineDashOffset = live ? 0 : -paper.x(from);
    pen.beginPath();
    pen.moveTo(Math.max(paper.x(from), -40), paper.y(0));
    if (live) for (const [at, rise] of this.#points(from, to)) pen.lineTo(paper.x(at), paper.y(rise));
    pen.lineTo(paper.x(to), paper.y(live ? this.#rise(to) : 0));
    pen.stroke();
    pen.setLineDash([]);
    pen.globalAlpha = 1;
  }

  /** @returns {number[][]} the corners of the trace between two moments */
  #points(from, to) {
    return this.#marks.flatMap(({ at, kind, until }) => {
      const corners = SHAPES[kind].map(([seconds, rise]) => [at + seconds * 1_000, rise]);
      return corners.filter(([moment]) => moment >= from && moment <= Math.min(to, until));
    });
  }

  /** @returns {number} how high the trace stands at a moment: between the two corners around it */
  #rise(now) {
    const mark = this.#marks.findLast(({ at, until }) => at <= now && now <= until);
    if (!mark) return 0;
    const seconds = (now - mark.at) / 1_000;
    const shape = SHAPES[mark.kind];
    const i = shape.findIndex(([moment]) => moment >= seconds);
    if (i <= 0) return 0;
    const [[t0, r0], [t1, r1]] = [shape[i - 1], shape[i]];
    return r0 + ((r1 - r0) * (seconds - t0)) / (t1 - t0);
  }

  #drawPen(pen, paper, now, colour) {
    const [x, y] = [paper.x(now), paper.y(this.#rise(now))];
    for (const [radius, alpha] of [[11, 0.14], [7, 0.22], [3.5, 1]]) {
      pen.fillStyle = withAlpha(colour, alpha);
      pen.beginPath();
      pen.arc(x, y, radius, 0, 2 * Math.PI);
      pen.fill();
    }
  }
}

/** @param {string} colour as getComputedStyle tells it: rgb(1, 2, 3) */
function withAlpha(colour, alpha) {
  const [r, g, b] = colour.match(/[\d.]+/g);
  return `rgba(${r}, ${g}, ${b}, ${alpha})`;
}
