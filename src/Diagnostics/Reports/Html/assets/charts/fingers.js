// Fingers on a chart: one reads values, two zoom and move the part in view, a double tap shows the whole run. Up and down, the page scrolls.
const doubleTap = { pause: 350, distance: 30 };

class Fingers {
  constructor(chart) {
    this.chart = chart;
    this.over = chart.u.over;
    this.held = new Map();
    this.anchors = null;
    this.tap = { time: -Infinity, x: 0 };
    const listen = (type, act) => this.over.addEventListener(type, (event) => { if (event.pointerType !== "mouse") { act(event); } });
    listen("pointerdown", (event) => this.touch(event));
    listen("pointermove", (event) => this.move(event));
    for (const type of ["pointerup", "pointercancel"]) { listen(type, (event) => this.leave(event)); }
  }

  place(event) {
    const { left, top } = this.over.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  touch(event) {
    this.held.set(event.pointerId, this.place(event));
    if (this.held.size === 1) { this.read(event); }
    this.anchor();
  }

  move(event) {
    if (!this.held.has(event.pointerId)) { return; }
    this.held.set(event.pointerId, this.place(event));
    if (this.held.size === 1) { this.read(event); } else { this.pinch(); }
  }

  leave(event) {
    const place = this.held.get(event.pointerId);
    this.held.delete(event.pointerId);
    const wasAlone = this.anchors === null;
    this.anchor();
    // What becomes a scroll is no tap.
    if (event.type === "pointercancel" || place === undefined || !wasAlone) { this.tap.time = -Infinity; return; }
    const isSecond = event.timeStamp - this.tap.time < doubleTap.pause && Math.abs(place.x - this.tap.x) < doubleTap.distance;
    this.tap = { time: isSecond ? -Infinity : event.timeStamp, x: place.x };
    if (isSecond) { this.chart.view.reset(); }
  }

  read(event) {
    const { x, y } = this.place(event), { u, bottom, view, drawing } = this.chart;
    drawing.hover?.(y, u);
    view.point(bottom.from(u.posToVal(Math.max(0, Math.min(this.over.clientWidth, x)), "x")), this.chart);
  }

  // What lies under two fingers stays under them.
  anchor() {
    const places = [...this.held.values()];
    this.anchors = places.length < 2 ? null : places.slice(0, 2).map(({ x }) => this.chart.u.posToVal(x, "x"));
  }

  pinch() {
    const [first, second] = [...this.held.values()].map(({ x }) => x), [low, high] = this.anchors;
    const distance = second - first;
    // Fingers above one another say nothing of a width.
    if (Math.abs(distance) < 10 || distance * (high - low) <= 0) { return; }
    const perPixel = (high - low) / distance, begin = low - first * perPixel, { bottom, view } = this.chart;
    view.zoom(bottom.from(begin), bottom.from(begin + this.over.clientWidth * perPixel));
  }
}
