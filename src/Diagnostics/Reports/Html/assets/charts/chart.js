// One chart: what uPlot draws, and what a reader does with it. The page says what is shared: its words, its axes along the bottom, the step at which trouble began.
const control = (id) => document.getElementById(id);

class Chart {
  constructor(plot, drawing, isShared) {
    this.plot = plot;
    this.figure = plot.closest("figure");
    this.readout = this.figure.querySelector(".readout");
    this.lanes = this.figure.querySelector(".lanes");
    this.toggle = this.figure.querySelector("button.log");
    this.drawing = drawing;
    this.isShared = isShared;
    this.own = null;
    this.u = null;
    this.listen();
  }

  get bottom() { return this.own ?? (this.isShared ? axes[control("axis")?.value ?? "step"] ?? stepAxis : stepAxis); }

  // What places are told in: steps, unless the chart has an axis of its own.
  get unit() { return this.own ?? stepAxis; }

  get smoothing() { return Number(control("smoothing")?.value ?? 0); }

  get hasOutliers() { return control("outliers")?.checked ?? false; }

  colour(name) { return getComputedStyle(this.figure).getPropertyValue(`--${name}`).trim(); }

  faint(name, share) { const colour = this.colour(name); return `${colour}${Math.round(share * 255).toString(16).padStart(2, "0")}`; }

  draw() {
    this.u?.destroy();
    const { series, bands, data, y, axis, draw } = this.drawing.options(this);
    const text = () => this.colour("soft");
    const font = "12px system-ui, sans-serif";
    const options = {
      width: this.plot.clientWidth,
      height: this.drawing.height(this.figure.classList.contains("wide")),
      padding: [8, 16, 0, 0],
      legend: { show: false },
      scales: { x: { time: false, range: () => this.range() }, y },
      series, bands,
      axes: [
        { stroke: text, font, size: 26, grid: { show: false }, ticks: { stroke: () => this.colour("soft"), size: 4, width: 1 }, incrs: this.bottom.increments, values: (u, ticks) => this.bottom.labels(ticks), space: 70 },
        { stroke: text, font, ...axis },
      ],
      cursor: {
        y: false,
        drag: { x: true, y: false, setScale: false, dist: 4 },
        dataIdx: (u, at, closest) => this.closest(u.data[at], closest),
        points: { size: (u, at) => this.drawing.main?.includes(at) ? 8 : 0, fill: (u, at) => this.markColour(at), stroke: () => this.colour("card"), width: (u, at, size) => Math.min(size, 1) },
        bind: { dblclick: () => () => { this.view.reset(); return null; } },
      },
      hooks: {
        draw: [draw, () => this.drawOnset(), () => this.nameBottom()],
        setSelect: [(u) => this.choose(u)],
        setCursor: [(u) => this.follow(u)],
      },
    };
    this.u = new uPlot(options, data, this.plot);
    this.u.root.setAttribute("aria-hidden", "true");
    this.cell = document.createElement("div");
    this.cell.className = "cell";
    this.cell.hidden = true;
    this.u.over.append(this.cell);
    new Fingers(this);
    this.plot.classList.add("live");
    this.placeLanes();
  }

  range() { return [this.bottom.to(this.view.first), this.bottom.to(this.view.last)]; }

  // Nearest to where the pointer is, a series may not have been measured: its own nearest value is meant.
  closest(values, at) {
    for (let distance = 0; distance < values.length; distance++) {
      if (finite(values[at - distance])) { return at - distance; }
      if (finite(values[at + distance])) { return at + distance; }
    }
    return null;
  }

  markColour(at) { return this.colour(this.drawing.lines?.[this.drawing.main.indexOf(at)]?.style ?? "text"); }

  drawOnset() {
    if (!this.isShared || page.onset === null || page.onset < this.view.first || page.onset > this.view.last) { return; }
    const { ctx, bbox } = this.u;
    const x = Math.round(this.u.valToPos(this.bottom.to(page.onset), "x", true)) + 0.5;
    ctx.save();
    ctx.strokeStyle = this.colour("error");
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    ctx.restore();
  }

  nameBottom() {
    const { ctx, bbox } = this.u;
    ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.fillStyle = this.colour("soft");
    ctx.textAlign = "right";
    ctx.textBaseline = "alphabetic";
    ctx.fillText(words[this.bottom.name], bbox.left - 12 * devicePixelRatio, bbox.top + bbox.height + 19 * devicePixelRatio);
  }

  choose(u) {
    const { left, width } = u.select;
    if (width > 0) {
      u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
      this.view.zoom(this.bottom.from(u.posToVal(left, "x")), this.bottom.from(u.posToVal(left + width, "x")));
    }
  }

  follow(u) {
    if (this.isPlaced) { return; }
    if (u.cursor.left < 0) { this.view.point(null, this); return; }
    this.drawing.hover?.(u.cursor.top, u);
    this.view.point(this.bottom.from(u.posToVal(u.cursor.left, "x")), this);
  }

  // The shared cursor, placed from any chart; the one that it came from says so aloud.
  point(step, isOwn) {
    if (this.u === null) { return; }
    const isSeen = step !== null && step >= this.view.first && step <= this.view.last;
    this.isPlaced = true;
    this.u.setCursor({ left: isSeen ? this.u.valToPos(this.bottom.to(step), "x") : -10, top: isSeen ? 0 : -10 });
    this.isPlaced = false;
    this.readout.setAttribute("aria-live", isOwn ? "polite" : "off");
    const others = this.isShared && isSeen ? Object.values(axes).filter((axis) => axis !== null && axis !== stepAxis).map((axis) => `${words[axis.name]} ${axis.tell(axis.to(step))}`).join(", ") : "";
    this.readout.textContent = isSeen ? `${words[this.unit.name]} ${this.unit.tell(step)}${others === "" ? "" : ` (${others})`}: ${this.drawing.tell(step, this)}` : "";
    this.cell.hidden = !isSeen || this.drawing.frame === undefined;
    if (!this.cell.hidden) {
      const place = this.drawing.frame(this.u, step, this);
      for (const side of ["left", "top", "width", "height"]) { this.cell.style[side] = `${place[side]}px`; }
    }
  }

  // The view has changed.
  look() {
    if (this.u === null) { return; }
    const [min, max] = this.range();
    this.u.setScale("x", { min, max });
    this.placeLanes();
  }

  placeLanes() {
    for (const lane of this.lanes?.querySelectorAll(".lane") ?? []) {
      const [low, high] = this.range();
      const place = (step) => (this.bottom.to(Number(step)) - low) / (high - low) * 100;
      const first = place(lane.dataset.first), last = place(lane.dataset.last);
      const left = Math.max(0, Math.min(100, first)), right = Math.max(0, Math.min(100, last));
      lane.setAttribute("visibility", last < 0 || first > 100 ? "hidden" : "visible");
      lane.querySelector("rect").setAttribute("x", `${left}%`);
      lane.querySelector("rect").setAttribute("width", `${right - left}%`);
      lane.querySelector("circle").setAttribute("cx", `${first}%`);
      lane.querySelector("circle").setAttribute("visibility", first < 0 ? "hidden" : "inherit");
      const text = lane.querySelector("text");
      text.setAttribute("x", `${left}%`);
      text.setAttribute("text-anchor", left > 50 ? "end" : "start");
    }
  }

  listen() {
    this.plot.addEventListener("keydown", (event) => {
      if (event.target !== this.plot || this.u === null || event.ctrlKey || event.metaKey || event.altKey) { return; }
      const zoom = { "+": () => this.view.magnify(0.5), "-": () => this.view.magnify(2), 0: () => this.view.reset(), Escape: () => this.view.point(null, this) }[event.key];
      const step = zoom ? null : this.drawing.move(event.key, event.shiftKey ? 10 : 1, this);
      if (!zoom && step === null) { return; }
      event.preventDefault();
      if (zoom) { zoom(); } else { this.view.point(step, this); }
    });
    this.plot.addEventListener("focus", () => { if (this.u === null) { this.draw(); } });
    this.plot.addEventListener("blur", () => this.view.point(null, this));
    if (this.toggle !== null && this.drawing.mayBeLogarithmic) {
      this.toggle.hidden = false;
      this.toggle.addEventListener("click", () => {
        this.drawing.isLogarithmic = !this.drawing.isLogarithmic;
        this.toggle.setAttribute("aria-pressed", String(this.drawing.isLogarithmic));
        if (this.u !== null) { this.draw(); }
      });
    }
  }
}
