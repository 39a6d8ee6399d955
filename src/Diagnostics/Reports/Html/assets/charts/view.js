// What part of the run is in view and where the cursor stands: one for all charts over the run's steps, so that they move together.
class View {
  constructor(first, last, least = 2) {
    this.least = least;
    this.home = [first, last > first ? last : first + least / 2];
    [this.first, this.last] = this.home;
    this.charts = [];
    this.cursor = null;
  }

  get isWhole() { return this.first === this.home[0] && this.last === this.home[1]; }

  zoom(first, last) {
    // Closer than two steps there is nothing to see.
    const least = Math.min(this.least, this.home[1] - this.home[0]);
    if (last - first < least) { const middle = (first + last) / 2; first = middle - least / 2; last = middle + least / 2; }
    this.first = Math.max(this.home[0], Math.min(first, this.home[1] - least));
    this.last = Math.min(this.home[1], Math.max(last, this.first + least));
    this.charts.forEach((chart) => chart.look());
    this.changed?.();
  }

  magnify(factor) {
    const middle = this.cursor !== null && this.cursor >= this.first && this.cursor <= this.last ? this.cursor : (this.first + this.last) / 2;
    this.zoom(middle - (middle - this.first) * factor, middle + (this.last - middle) * factor);
  }

  reset() { this.zoom(...this.home); }

  point(step, from) {
    this.cursor = step;
    this.charts.forEach((chart) => chart.point(step, chart === from));
  }
}
