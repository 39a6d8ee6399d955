// Curves: what uPlot draws, and what is told of a step.
const dashes = { s2: [7, 3], s4: [2, 3], c5: [7, 3], c6: [7, 3], c7: [7, 3] };

class LineDrawing {
  constructor(plot) {
    this.axis = plot.axis;
    this.isLogarithmic = plot.isLogarithmic;
    this.lines = plot.lines.map((line) => ({
      ...line, values: parsed(line.values), low: line.low && parsed(line.low), high: line.high && parsed(line.high),
    }));
    this.steps = [...new Set(this.lines.flatMap((line) => line.steps))].sort((a, b) => a - b);
    this.edges = this.lines.flatMap((line) => [line.values, line.low, line.high].filter((values) => values).map((values) => ({ line, values })));
    this.mayBeLogarithmic = this.axis !== "score" && this.edges.some(({ values }) => values.some((value) => value > 0));
    this.gutter = 56;
    this.first = Math.min(...this.lines.map((line) => line.steps[0]));
    this.last = Math.max(...this.lines.map((line) => line.steps[line.steps.length - 1]));
  }

  height(isWide) { return isWide ? 280 : 230; }

  // One table a line: its steps, the edges of its band, the raw curve where a smoothed one lies over it, and the curve. Where nothing was measured stands a null, which breaks it.
  tables(axis, weight) {
    return this.lines.map((line) => {
      const columns = [line.steps.map(axis.to), line.low ?? [], line.high ?? [], weight > 0 ? line.values : [], weight > 0 ? smoothed(line.values, weight) : line.values];
      const table = columns.map(() => []);
      line.steps.forEach((step, index) => {
        if (isGap(line.counted ?? line.steps, index, line.width ?? 1)) { table.forEach((column, at) => column.push(at === 0 ? axis.to((step + line.steps[index - 1]) / 2) : null)); }
        table.forEach((column, at) => column.push(at === 0 ? columns[0][index] : finite(columns[at][index]) ? columns[at][index] : null));
      });
      return table;
    });
  }

  options(chart) {
    const series = [{}], bands = [];
    this.main = [];
    for (const line of this.lines) {
      const colour = () => chart.colour(line.style);
      const none = { show: false };
      bands.push({ series: [series.length + 1, series.length], fill: () => chart.faint(line.style, 0.2) });
      series.push({ stroke: null, width: 0, points: none }, { stroke: null, width: 0, points: none });
      series.push({ stroke: () => chart.faint(line.style, 0.35), width: 1, points: none });
      this.main.push(series.length);
      series.push({
        stroke: colour, width: 1.8, dash: dashes[line.style],
        points: { size: 5, fill: colour, stroke: colour, show: (u, at, from, to) => this.isSparse(u, at, from, to), filter: (u, at, isShown) => isShown ? null : this.lonely(u, at) },
      });
    }
    return {
      series, bands,
      data: uPlot.join(this.tables(chart.bottom, chart.smoothing)),
      y: { auto: true, distr: this.isLogarithmic ? 3 : 1, range: () => this.span(chart) },
      axis: { size: this.gutter, ...(this.isLogarithmic ? { splits: (u, at, low, high) => decades(low, high, 7), filter: (u, ticks) => ticks } : {}), values: (u, ticks) => labels(ticks), grid: { stroke: () => chart.colour("line"), width: 1 }, ticks: { show: false } },
      draw: (u) => this.mark(u, chart),
    };
  }

  span(chart) {
    const values = this.edges.flatMap(({ line, values }) => values.filter((_, index) => line.steps[index] >= chart.view.first && line.steps[index] <= chart.view.last));
    return this.shown = shownSpan(values, this.axis, this.isLogarithmic, chart.hasOutliers);
  }

  // Dots where measurements are far apart on the screen, and where one stands alone between gaps.
  isSparse(u, at, from, to) {
    let count = 0;
    for (let index = from; index <= to; index++) { if (finite(u.data[at][index])) { count++; } }
    return count * 9 < u.over.clientWidth;
  }

  lonely(u, at) {
    const known = u.data[at], alone = [];
    let before = null;
    for (let index = 0; index < known.length; index++) {
      if (known[index] === undefined) { continue; }
      if (known[index] !== null && before === null) {
        let next = index + 1;
        while (next < known.length && known[next] === undefined) { next++; }
        if (next === known.length || known[next] === null) { alone.push(index); }
      }
      before = known[index];
    }
    return alone.length > 0 ? alone : null;
  }

  // Values outside of the scale are signs at its edge; those that are no numbers are crosses. Signs that would lie over each other are one.
  mark(u, chart) {
    const [low, high] = this.shown ?? [0, 1];
    const { ctx, bbox } = u, ratio = devicePixelRatio;
    ctx.font = `${11 * ratio}px system-ui, sans-serif`;
    ctx.textAlign = "center";
    for (const { line, values } of this.edges) {
      ctx.fillStyle = chart.colour(line.style);
      let before = -Infinity;
      values.forEach((value, index) => {
        const step = line.steps[index];
        if (value === null || step < chart.view.first || step > chart.view.last || (value >= low && value <= high)) { return; }
        const isBelow = value < low;
        const x = u.valToPos(chart.bottom.to(step), "x", true);
        if (x - before < 9 * ratio) { return; }
        before = x;
        ctx.fillText(Number.isFinite(value) ? isBelow ? "▼" : "▲" : "✕", x, isBelow ? bbox.top + bbox.height - 2 * ratio : bbox.top + 10 * ratio);
      });
    }
  }

  // The value of every line nearest to a step, each with its own step where that is another.
  tell(step, chart) {
    return this.lines.filter((line) => line.steps.length > 0).map((line) => {
      const index = nearest(line.steps, step);
      const own = line.steps[index], value = line.values[index];
      const unit = line.unit ? ` ${line.unit}` : "";
      const half = line.span ? (line.span - 1) / 2 : 0;
      const where = line.span ? ` (${words.steps} ${whole(own - half)}–${whole(own + half)})` : chart.unit.tell(own) === chart.unit.tell(step) ? "" : ` (${words[chart.unit.name]} ${chart.unit.tell(own)})`;
      const band = line.low && finite(line.low[index]) ? `${line.span ? `${words.mean} ` : ""}${value === null ? "" : short(value) + unit}${value === null ? "" : ", "}${short(line.low[index])} … ${short(line.high[index])}${unit}` : value === null ? words.none : short(value) + unit;
      const calm = chart.smoothing > 0 && finite(value) ? `, ${words.smoothed} ${short(smoothed(line.values, chart.smoothing)[index])}` : "";
      return `${line.name} ${band}${calm}${where}`;
    }).join(" · ");
  }

  // The cursor by key: from measurement to measurement.
  move(key, jump, chart) {
    const seen = this.steps.filter((step) => step >= chart.view.first && step <= chart.view.last);
    if (seen.length === 0) { return null; }
    if (key === "Home") { return seen[0]; }
    if (key === "End") { return seen[seen.length - 1]; }
    const at = chart.view.cursor === null ? 0 : nearest(seen, chart.view.cursor) + (key === "ArrowRight" ? jump : key === "ArrowLeft" ? -jump : NaN);
    return Number.isNaN(at) ? null : seen[Math.max(0, Math.min(seen.length - 1, at))];
  }
}
