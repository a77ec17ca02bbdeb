const WIDTH = 460;
const HEIGHT = 320;
const PLOT = { left: 58, right: 128, top: 40, bottom: 46 };
const HEADER = 34;
const LABEL_GAP = 13;
const INK = '#1f2937';
const GRID = '#e5e7eb';

/** Puts charts side by side, on a background of its own: it reads the same on a light and on a dark page. */
export function picture(title, charts) {
  const width = WIDTH * charts.length;
  const height = HEIGHT + HEADER;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11" fill="${INK}" role="img">
<title>${escape(title)}</title>
<rect width="${width}" height="${height}" fill="#ffffff"/>
<text x="16" y="22" font-size="14" font-weight="600">${escape(title)}</text>
${charts.map((body, nr) => `<g transform="translate(${nr * WIDTH} ${HEADER})">\n${body}\n</g>`).join('\n')}
</svg>
`;
}

/**
 * A chart with logarithmic axes. Each series is `{ label, colour, isDashed, points: { x, y }[] }`; its label stands at
 * the end of its line.
 */
export function chart({ title, x, y, series }) {
  const points = series.flatMap((line) => line.points);
  const xs = logScale(
    points.map((point) => point.x),
    PLOT.left,
    WIDTH - PLOT.right,
  );
  const ys = logScale(
    points.map((point) => point.y),
    HEIGHT - PLOT.bottom,
    PLOT.top,
  );
  const xTicks = [...new Set(points.map((point) => point.x))].sort((a, b) => a - b);
  const right = WIDTH - PLOT.right;
  const bottom = HEIGHT - PLOT.bottom;
  return [
    text(PLOT.left, 22, title, 'font-size="12" font-weight="600"'),
    ...decades(ys).flatMap((value) => [
      `<line x1="${PLOT.left}" x2="${right}" y1="${at(ys, value)}" y2="${at(ys, value)}" stroke="${GRID}"/>`,
      text(PLOT.left - 6, at(ys, value) + 4, short(value), 'text-anchor="end"'),
    ]),
    ...xTicks.flatMap((value) => [
      `<line x1="${at(xs, value)}" x2="${at(xs, value)}" y1="${bottom}" y2="${bottom + 4}" stroke="${INK}"/>`,
      text(at(xs, value), bottom + 17, short(value), 'text-anchor="middle"'),
    ]),
    `<path d="M${PLOT.left} ${PLOT.top}V${bottom}H${right}" fill="none" stroke="${INK}"/>`,
    text((PLOT.left + right) / 2, HEIGHT - 10, `${x} (log scale)`, 'text-anchor="middle"'),
    `<text transform="translate(13 ${(PLOT.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escape(`${y} (log scale)`)}</text>`,
    ...series.map((line) => lineOf(line, xs, ys)),
    ...labels(series, xs, ys),
  ].join('\n');
}

function lineOf({ colour, isDashed, points }, xs, ys) {
  const path = points
    .map(({ x, y }, nr) => `${nr === 0 ? 'M' : 'L'}${at(xs, x)} ${at(ys, y)}`)
    .join('');
  const dots = points.map(
    ({ x, y }) => `<circle cx="${at(xs, x)}" cy="${at(ys, y)}" r="3" fill="${colour}"/>`,
  );
  const dashes = isDashed ? ' stroke-dasharray="5 4"' : '';
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"${dashes}/>${dots.join('')}`;
}

/** The labels beside the last points, moved apart where they would overlap. */
function labels(series, xs, ys) {
  const wanted = series
    .map(({ label, colour, points }) => {
      const last = points[points.length - 1];
      return { label, colour, x: at(xs, last.x) + 8, y: at(ys, last.y) + 4 };
    })
    .sort((a, b) => a.y - b.y);
  for (let nr = 1; nr < wanted.length; nr++) {
    wanted[nr].y = Math.max(wanted[nr].y, wanted[nr - 1].y + LABEL_GAP);
  }
  return wanted.map(({ label, colour, x, y }) =>
    text(x, y, label, `fill="${colour}" font-weight="600"`),
  );
}

/** A scale from the numbers' least decade to their greatest, or from and to the numbers themselves for the x axis. */
function logScale(values, from, to) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const isHorizontal = to > from;
  const start = isHorizontal ? Math.log10(low) : Math.floor(Math.log10(low));
  const end = isHorizontal ? Math.log10(high) : Math.ceil(Math.log10(high * 1.05));
  return { start, end: end === start ? start + 1 : end, from, to };
}

function at({ start, end, from, to }, value) {
  return Math.round((from + ((Math.log10(value) - start) / (end - start)) * (to - from)) * 10) / 10;
}

function decades({ start, end }) {
  return Array.from({ length: end - start + 1 }, (_, nr) => 10 ** (start + nr));
}

function text(x, y, content, attributes = '') {
  return `<text x="${x}" y="${y}" ${attributes}>${escape(content)}</text>`;
}

/** 10k, 1M */
function short(value) {
  if (value >= 1e6) return `${value / 1e6}M`;
  if (value >= 1e3) return `${value / 1e3}k`;
  return String(Number(value.toPrecision(3)));
}

function escape(content) {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
