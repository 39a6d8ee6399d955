// A map: rows over steps, drawn cell by cell in the colours of its legend.
class HeatDrawing {
  constructor(plot, figure) {
    Object.assign(this, plot);
    this.figure = figure;
    this.rows = plot.rows.map((row) => ({ ...row, cells: parsed(row.cells) }));
    this.columns = this.rows[0].cells.length;
    this.width = (this.last - this.first) / this.columns;
    this.rowHeight = this.rows.length <= 20 ? 18 : this.rows.length <= 50 ? 13 : 9;
    this.row = 0;
    this.mayBeLogarithmic = false;
    this.levels = [...figure.querySelectorAll(".ramp [class^='l']")];
  }

  height() { return this.rows.length * this.rowHeight + 34; }

  options(chart) {
    const width = chart.plot.clientWidth;
    this.gutter = Math.round(Math.min(this.figure.classList.contains("density") ? 110 : 210, width * 0.32));
    this.colours = null;
    return {
      series: [{}, { paths: () => null, points: { show: false } }],
      data: [[chart.bottom.to(this.first), chart.bottom.to(this.last)], [null, null]],
      y: { auto: false, dir: -1, range: [0, this.rows.length] },
      axis: { size: this.gutter, splits: () => [], grid: { show: false }, ticks: { show: false } },
      draw: (u) => this.paint(u, chart),
    };
  }

  // The colours are those of the style sheet, read once a drawing: light, dark and print have their own.
  colourOf(value) {
    if (!Number.isFinite(value)) { return this.colours.nan; }
    if (this.isLogarithmic && value <= 0) { return this.colours.zero; }
    const place = this.isLogarithmic ? Math.log10 : (number) => number;
    const share = (place(value) - place(this.low)) / (place(this.high) - place(this.low));
    const { levels } = this.colours;
    return levels[Math.max(0, Math.min(levels.length - 1, Math.floor(share * levels.length)))];
  }

  paint(u, chart) {
    const fill = (node) => node ? getComputedStyle(node).fill : "transparent";
    this.colours = { levels: this.levels.map(fill), nan: fill(this.figure.querySelector(".ramp .nan")), zero: fill(this.figure.querySelector(".ramp .zero")) };
    const { ctx, bbox } = u, ratio = devicePixelRatio;
    const edges = Array.from({ length: this.columns + 1 }, (_, column) => Math.round(u.valToPos(chart.bottom.to(this.first + column * this.width), "x", true)));
    const height = bbox.height / this.rows.length;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    this.rows.forEach((row, index) => {
      const top = Math.round(bbox.top + index * height), bottom = Math.round(bbox.top + (index + 1) * height) - Math.round(ratio);
      row.cells.forEach((value, column) => {
        if (value === null) { return; }
        ctx.fillStyle = this.colourOf(value);
        ctx.fillRect(edges[column], top, edges[column + 1] - edges[column], bottom - top);
      });
    });
    ctx.restore();
    ctx.textAlign = "right";
    ctx.textBaseline = "middle";
    const size = this.rowHeight < 12 ? 8 : this.gutter < 150 ? 10 : 12;
    this.rows.forEach((row, index) => {
      ctx.font = `${row.isSuspicious ? "bold " : ""}${size * ratio}px ui-monospace, Consolas, Menlo, monospace`;
      ctx.fillStyle = chart.colour(row.isSuspicious ? "error" : "soft");
      let name = row.name;
      while (name.length > 2 && ctx.measureText(name).width > bbox.left - 12 * ratio) { name = `…${name.slice(name.startsWith("…") ? 2 : 1)}`; }
      ctx.fillText(name, bbox.left - 7 * ratio, bbox.top + (index + 0.5) * height);
    });
  }

  columnOf(step) { return Math.max(0, Math.min(this.columns - 1, Math.floor((step - this.first) / this.width))); }

  tell(step) {
    const { name, cells } = this.rows[this.row];
    const value = cells[this.columnOf(step)];
    return `${name} ${value === null ? words.none : short(value)}`;
  }

  // The cell under the cursor is framed, in the map that it is in.
  frame(u, step, chart) {
    const column = this.columnOf(step);
    const left = u.valToPos(chart.bottom.to(this.first + column * this.width), "x"), right = u.valToPos(chart.bottom.to(this.first + (column + 1) * this.width), "x");
    const height = u.over.clientHeight / this.rows.length;
    return { left, width: right - left, top: this.row * height, height };
  }

  hover(top, u) { this.row = Math.max(0, Math.min(this.rows.length - 1, Math.floor(top / u.over.clientHeight * this.rows.length))); }

  move(key, jump, chart) {
    const { first, last } = chart.view;
    const middle = (column) => Math.max(first, Math.min(last, this.first + (Math.max(this.columnOf(first), Math.min(this.columnOf(last), column)) + 0.5) * this.width));
    const column = chart.view.cursor === null ? 0 : this.columnOf(chart.view.cursor);
    switch (key) {
      case "Home": return middle(0);
      case "End": return middle(this.columns - 1);
      case "ArrowLeft": return middle(column - jump);
      case "ArrowRight": return middle(column + jump);
      case "ArrowUp": case "ArrowDown":
        this.row = Math.max(0, Math.min(this.rows.length - 1, this.row + (key === "ArrowUp" ? -1 : 1)));
        return middle(column);
      default: return null;
    }
  }
}
