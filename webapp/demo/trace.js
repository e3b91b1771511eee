// Shapes as (seconds after the beginning, height): 1 is the tallest, below 0 goes under the line.
const SHAPES = {
  beat: [[0, 0], [0.1, 0.02], [0.2, -0.13], [0.32, 1], [0.44, -0.27], [0.54, 0], [0.7, 0.02], [0.82, 0.13], [0.94, 0.2], [1.04, 0.15], [1.14, 0.04], [1.24, 0]],
  message: [[0, 0], [0.1, 0.46], [0.2, -0.12], [0.28, 0]],
  answer: [[0, 0], [0.1, 0.13], [0.2, 0]],
};

const BLOCK = { rise: 0.46, edge: 0.08 }; // s; several messages in a row are one block as tall as one message
const LONGEST_WAIT = 1.5; // s; a shape that would have to begin later is not drawn
const CALM_STEP = 1; // s between two moves for those who do not want movement

const seconds = shape => SHAPES[shape].at(-1)[0];

/**
 * The line drawn as a heart's trace, newest at the right.
 *
 * The paper is wider than its window and slides to the left by an animation that the browser runs without any script.
 * Each shape is drawn as a whole when its event comes, to the right of the window, and comes into view as the paper
 * moves. So every shape is finished, and between two events nothing runs here.
 */
export class Trace {
  #strip;
  #canvas;
  #pen;
  #marks = []; // { kind, from, to, count }, in seconds of the paper, oldest first; shapes never overlap
  #spells = [{ from: -Infinity, live: false }]; // since when there is a line, or none
  #origin = 0; // which second of the paper is at the canvas's left edge
  #pinned = 0; // which one was under the pen when the paper was laid
  #slide = null; // the animation under way
  #frame = null;
  #standing = false;
  #calm = matchMedia('(prefers-reduced-motion: reduce)');

  /** @param {HTMLElement} strip the window; it holds the canvas and the pen */
  constructor(strip, canvas, pen) {
    this.#strip = strip;
    this.#canvas = canvas;
    this.#pen = pen;
    new ResizeObserver(() => this.#lay()).observe(strip); // tells once at the beginning, too
    this.#calm.addEventListener('change', () => this.#lay());
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#redraw());
  }

  /** @param {'live'|'away'|'stopped'} how a line that comes back draws on; after one that does not the paper stands still */
  set line(how) {
    const live = how === 'live';
    this.#standing = false;
    if (live !== this.#spells.at(-1).live) {
      this.#spells.push({ from: Math.max(this.#now, this.#marks.at(-1)?.to ?? 0), live });
      this.#pen.toggleAttribute('hidden', !live);
    }
    this.#standing = how === 'stopped';
    if (this.#standing) this.#slide?.pause();
    else this.#slide?.play();
    this.#redraw();
  }

  beat() {
    this.#mark('beat');
  }

  message() {
    const last = this.#marks.at(-1);
    const joins = last?.kind === 'message' && last.to > this.#now;
    if (joins) {
      last.count++;
      last.to = Math.max(last.to, this.#now + seconds('message'));
      this.#redraw();
    } else {
      this.#mark('message');
    }
  }

  answer() {
    this.#mark('answer');
  }

  #mark(kind) {
    const from = Math.max(this.#now, this.#marks.at(-1)?.to ?? 0);
    if (from - this.#now > LONGEST_WAIT) return;
    this.#marks.push({ kind, from, to: from + seconds(kind), count: 1 });
    this.#ride(kind, from - this.#now);
    this.#redraw();
  }

  // ---- the paper

  get #width() {
    return this.#strip.clientWidth;
  }

  /** Pixels for a second. */
  get #speed() {
    return Math.min(36, Math.max(20, this.#width / 18));
  }

  /** Which second of the paper is under the pen. */
  get #now() {
    return this.#pinned + (this.#slide?.currentTime ?? 0) / 1_000;
  }

  /** The paper at rest is twice as wide as its window; when its end comes into view it is laid anew. */
  #lay() {
    this.#pinned = this.#now;
    this.#slide?.cancel();
    this.#slide = null;
    const width = this.#width;
    if (width === 0) return;
    this.#origin = this.#pinned - width / this.#speed;
    while (this.#marks.length > 0 && this.#marks[0].to < this.#origin) this.#marks.shift();
    while (this.#spells.length > 1 && this.#spells[1].from < this.#origin) this.#spells.shift();
    const duration = width / this.#speed;
    const easing = this.#calm.matches ? `steps(${Math.max(1, Math.round(duration / CALM_STEP))})` : 'linear';
    const keyframes = [{ transform: 'none' }, { transform: `translateX(${-width}px)` }];
    this.#slide = this.#canvas.animate(keyframes, { duration: duration * 1_000, easing, fill: 'forwards' });
    this.#slide.onfinish = () => this.#lay();
    if (this.#standing) this.#slide.pause();
    this.#draw();
  }

  #redraw() {
    this.#frame ??= requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    const [width, height] = [this.#width * 2, this.#strip.clientHeight];
    if (width === 0) return;
    const pen = this.#prepare(width, height);
    const paper = {
      x: at => (at - this.#origin) * this.#speed,
      y: rise => height * 0.76 - rise * height * 0.68,
      end: this.#origin + width / this.#speed,
    };
    this.#spells.forEach(({ from, live }, i) => {
      const to = this.#spells[i + 1]?.from ?? paper.end;
      if (live) this.#drawLine(pen, paper, Math.max(from, this.#origin), to);
      else drawDashes(pen, paper, Math.max(from, this.#origin), to);
    });
    for (const mark of this.#marks) if (mark.count > 1) drawBlock(pen, paper, mark);
  }

  #prepare(width, height) {
    const canvas = this.#canvas;
    const dense = devicePixelRatio || 1;
    const [w, h] = [Math.round(width * dense), Math.round(height * dense)];
    if (canvas.width !== w || canvas.height !== h) {
      Object.assign(canvas, { width: w, height: h });
      canvas.style.width = `${width}px`;
    }
    const pen = canvas.getContext('2d');
    pen.setTransform(dense, 0, 0, dense, 0, 0);
    pen.clearRect(0, 0, width, height);
    pen.lineJoin = pen.lineCap = 'round';
    pen.fillStyle = pen.strokeStyle = getComputedStyle(canvas).color;
    return pen;
  }

  #drawLine(pen, paper, from, to) {
    pen.lineWidth = 2.25;
    pen.beginPath();
    pen.moveTo(paper.x(from), paper.y(0));
    for (const mark of this.#marks.filter(mark => mark.from >= from && mark.to <= to)) {
      for (const [at, rise] of cornersOf(mark)) pen.lineTo(paper.x(at), paper.y(rise));
    }
    pen.lineTo(paper.x(to), paper.y(0));
    pen.stroke();
  }

  /** The pen stays where it is and follows the shape that passes under it. */
  #ride(kind, wait) {
    if (this.#calm.matches || this.#standing) return;
    const height = this.#strip.clientHeight * 0.68;
    const keyframes = SHAPES[kind].map(([at, rise]) => ({ offset: at / seconds(kind), transform: `translateY(${-rise * height}px)` }));
    this.#pen.animate(keyframes, { duration: seconds(kind) * 1_000, delay: wait * 1_000 });
  }
}

/** @returns {number[][]} the corners of a shape: (second, height) */
function cornersOf({ kind, from, to, count }) {
  if (count === 1) return SHAPES[kind].map(([second, rise]) => [from + second, rise]);
  const { rise, edge } = BLOCK;
  return [[from, 0], [from + edge, rise], [to - edge, rise], [to, 0]];
}

function drawBlock(pen, paper, mark) {
  const corners = cornersOf(mark);
  pen.save();
  pen.globalAlpha = 0.22;
  pen.beginPath();
  for (const [at, rise] of corners) pen.lineTo(paper.x(at), paper.y(rise));
  pen.fill();
  pen.globalAlpha = 1;
  pen.font = '600 11px system-ui, sans-serif';
  pen.textAlign = 'center';
  pen.fillText(String(mark.count), paper.x((mark.from + mark.to) / 2), paper.y(BLOCK.rise) - 5);
  pen.restore();
}

function drawDashes(pen, paper, from, to) {
  pen.save();
  pen.globalAlpha = 0.8;
  pen.lineWidth = 1.5;
  pen.setLineDash([2, 7]);
  pen.beginPath();
  pen.moveTo(paper.x(from), paper.y(0));
  pen.lineTo(paper.x(to), paper.y(0));
  pen.stroke();
  pen.restore();
}
