// Each chart of a report takes the place of its static drawing when it comes near the screen.
const page = JSON.parse(document.getElementById("plots").textContent);
const words = page.words;
const axes = {
  step: stepAxis,
  epoch: page.epochs ? mappedAxis("epoch", page.epochs, epochForm) : null,
  time: page.times ? mappedAxis("time", page.times, timeForm) : null,
};
const controls = document.getElementById("controls");

const charts = [...document.querySelectorAll(".plot")].map((plot) => {
  const data = page.plots[plot.dataset.plot];
  return new Chart(plot, data.kind === "heat" ? new HeatDrawing(data, plot.closest("figure")) : new LineDrawing(data), data.isShared);
});
const spanOf = (drawings) => [Math.min(...drawings.map((drawing) => drawing.first)), Math.max(...drawings.map((drawing) => drawing.last))];
const shared = charts.filter((chart) => chart.isShared);
const run = shared.length > 0 ? new View(...spanOf(shared.map((chart) => chart.drawing))) : null;
for (const chart of charts) {
  chart.view = chart.isShared ? run : new View(chart.drawing.first, chart.drawing.last);
  chart.view.charts.push(chart);
}

// Charts far down the page are drawn when somebody comes near; all follow the width that they have.
const near = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    const chart = charts.find((one) => one.plot === target);
    if (isIntersecting && chart.u === null) { chart.draw(); near.unobserve(target); }
  }
}, { rootMargin: "400px" });
const wide = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const chart = charts.find((one) => one.plot === target);
    if (chart.u !== null && target.clientWidth > 0 && target.clientWidth !== chart.u.width) { chart.draw(); }
  }
});
for (const chart of charts) { near.observe(chart.plot); wide.observe(chart.plot); }
const redraw = () => charts.forEach((chart) => { if (chart.u !== null) { chart.draw(); } });

// Another theme has other colours.
const repaint = () => { showTheme(); charts.forEach((chart) => chart.u?.redraw()); };
new MutationObserver(repaint).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);

if (controls !== null && run !== null) {
  controls.hidden = false;
  const later = (action) => { let isAwaited = false; return () => { if (!isAwaited) { isAwaited = true; requestAnimationFrame(() => { isAwaited = false; action(); }); } }; };
  control("smoothing").addEventListener("input", later(redraw));
  control("outliers").addEventListener("change", redraw);
  control("axis").addEventListener("change", redraw);
  for (const [name, word] of [["epoch", words.Epoch], ["time", words.Time]]) {
    if (axes[name] !== null) {
      control("axis").append(new Option(word, name));
      control("axis-label").hidden = false;
    }
  }
  control("zoom-in").addEventListener("click", () => run.magnify(0.5));
  control("zoom-out").addEventListener("click", () => run.magnify(2));
  control("zoom-all").addEventListener("click", () => run.reset());
  run.changed = () => { control("zoom-all").disabled = run.isWhole; };
}

// A page that takes the place of this one while the run goes on shows the same part in the same way.
window.chartView = {
  keep: () => ({
    part: run === null || run.isWhole ? null : [run.first, run.last],
    smoothing: control("smoothing")?.value, outliers: control("outliers")?.checked, axis: control("axis")?.value,
    logarithmic: charts.map((chart) => chart.drawing.isLogarithmic),
  }),
  restore: (kept) => {
    if (controls !== null) {
      control("smoothing").value = kept.smoothing ?? 0;
      control("outliers").checked = kept.outliers ?? false;
      control("axis").value = kept.axis in axes && axes[kept.axis] !== null ? kept.axis : "step";
    }
    charts.forEach((chart, index) => {
      if (chart.drawing.mayBeLogarithmic && kept.logarithmic.length === charts.length) { chart.drawing.isLogarithmic = kept.logarithmic[index]; chart.toggle?.setAttribute("aria-pressed", String(kept.logarithmic[index])); }
    });
    redraw();
    if (kept.part !== null) { run?.zoom(...kept.part); }
  },
};
