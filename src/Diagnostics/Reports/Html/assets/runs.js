// The table of several runs: filter, sort, and the curves of the chosen ones in one chart.
const told = JSON.parse(document.getElementById("runs-data").textContent);
const words = told.words;
const page = { onset: null };
const axes = { step: stepAxis };

(() => {
  const byId = (id) => document.getElementById(id);
  const data = told.runs;
  const body = document.querySelector("table.runs tbody");
  const rows = [...body.rows];
  const find = byId("find"), verdict = byId("verdict"), curve = byId("curve"), log = byId("log"), smoothing = byId("smoothing"), bottom = byId("bottom"), canvas = byId("canvas");
  const mostChosen = 40;
  const chosen = new Set();
  let sorting = { key: "", down: false };

  // What was asked for stays when the page is loaded anew.
  const key = "traindoctor-runs " + location.pathname;
  const keep = () => {
    const names = [...chosen].map((run) => data[run].name);
    try { sessionStorage.setItem(key, JSON.stringify({ find: find.value, verdict: verdict.value, curve: curve.value, bottom: bottom.value, log: log.checked, smoothing: smoothing.value, part, sorting, names, top: scrollY })); } catch { /* Kept only where the browser keeps. */ }
  };
  const kept = () => { try { return JSON.parse(sessionStorage.getItem(key)) ?? {}; } catch { return {}; } };

  // Filter.
  const filter = () => {
    const words = find.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = (verdict.value !== "" && !row.classList.contains(verdict.value)) || !words.every((word) => text.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    byId("shown").textContent = shown === rows.length ? "" : `${shown} / ${rows.length}`;
  };

  // Sort: numbers by size, names as people order them; what has no value stands last, whichever way.
  const heads = [...document.querySelectorAll("table.runs th")];
  const valueOf = (row, column) => row.cells[column].dataset.value ?? "";
  const compare = (a, b) => a !== "" && b !== "" && !isNaN(a) && !isNaN(b) ? a - b : a.localeCompare(b, undefined, { numeric: true });
  const sort = () => {
    const column = heads.findIndex((head) => head.dataset.sort === sorting.key && sorting.key !== "");
    heads.forEach((head, index) => head.setAttribute("aria-sort", index !== column ? "none" : sorting.down ? "descending" : "ascending"));
    const order = column < 0 ? rows : [...rows].sort((a, b) => {
      const [x, y] = [valueOf(a, column), valueOf(b, column)];
      return x === "" || y === "" ? (x === "") - (y === "") : (sorting.down ? -1 : 1) * compare(x, y);
    });
    body.append(...order);
  };
  heads.forEach((head) => {
    if (head.dataset.sort === "") { return; }
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => {
      sorting = { key: head.dataset.sort, down: sorting.key === head.dataset.sort && !sorting.down };
      sort();
      keep();
    });
    head.append(button);
  });

  // The overlay: one chart, whose curves are those of the chosen runs. The part in view stays when others are chosen.
  const styles = 8;
  const forms = { epoch: epochForm, time: timeForm };
  const own = (name) => forms[name] === undefined ? null : { name, to: (value) => value, from: (value) => value, ...forms[name] };
  const maps = data.map((run) => ({ epoch: run.epochs ? mappedAxis("epoch", run.epochs, epochForm) : null, time: run.times ? mappedAxis("time", run.times, timeForm) : null }));
  // A run stands where its own epochs and its own time are; one that tells neither is left out.
  const along = (run, known) => {
    const map = bottom.value === "step" ? stepAxis : maps[run][bottom.value];
    return known === undefined || map === null ? { steps: [], values: [] } : { ...known, counted: known.steps, steps: known.steps.map(map.to) };
  };
  for (const [name, word] of [["epoch", words.Epoch], ["time", words.Time]]) {
    if (maps.some((map) => map[name] !== null)) {
      bottom.append(new Option(word, name));
      byId("bottom-label").hidden = false;
    }
  }
  const figure = byId("overlay");
  const overlay = new Chart(canvas, null, false);
  let part = null;
  const draw = () => {
    figure.hidden = chosen.size === 0;
    overlay.u?.destroy();
    overlay.u = null;
    overlay.readout.textContent = "";
    byId("legend").replaceChildren();
    if (figure.hidden) { return; }
    const lines = [...chosen].map((run, index) => ({ name: data[run].name, style: `c${index % styles}`, ...along(run, data[run].curves[curve.value]) }));
    for (const line of lines) {
      const item = document.createElement("li");
      const sign = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      for (const [attribute, value] of [["width", 22], ["height", 8], ["aria-hidden", "true"]]) { sign.setAttribute(attribute, value); }
      const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
      path.setAttribute("class", `line ${line.style}`);
      path.setAttribute("d", "M1 4h20");
      sign.append(path);
      item.append(sign, document.createTextNode(" " + line.name + (line.steps.length === 0 ? " –" : "")));
      byId("legend").append(item);
    }
    const known = lines.filter((line) => line.steps.length > 0);
    if (known.length === 0) { return; }
    overlay.own = own(bottom.value);
    overlay.drawing = new LineDrawing({ axis: curve.selectedOptions[0].dataset.axis, isLogarithmic: false, lines: known });
    log.disabled = !overlay.drawing.mayBeLogarithmic;
    overlay.drawing.isLogarithmic = log.checked && !log.disabled;
    const span = overlay.drawing.last - overlay.drawing.first;
    overlay.view = new View(overlay.drawing.first, overlay.drawing.last, overlay.own === null ? 2 : span > 0 ? span / 1000 : 2);
    if (part !== null && part[0] < overlay.drawing.last && part[1] > overlay.drawing.first) { overlay.view.zoom(...part); }
    overlay.view.changed = () => {
      part = overlay.view.isWhole ? null : [overlay.view.first, overlay.view.last];
      byId("zoom-all").disabled = part === null;
    };
    overlay.view.changed();
    overlay.view.charts.push(overlay);
    overlay.draw();
  };

  const choose = (run, isChosen) => {
    if (isChosen) { chosen.add(run); } else { chosen.delete(run); }
    for (const old of [...chosen].slice(0, Math.max(0, chosen.size - mostChosen))) { chosen.delete(old); box(old).checked = false; }
  };
  const box = (run) => rows[run].querySelector(".pick input");
  rows.forEach((row, run) => {
    row.querySelector(".pick").hidden = false;
    box(run).addEventListener("change", () => { choose(run, box(run).checked); draw(); keep(); });
  });
  byId("none").addEventListener("click", () => {
    for (const run of chosen) { box(run).checked = false; }
    chosen.clear();
    draw();
    keep();
  });
  for (const input of [find, verdict]) { input.addEventListener("input", () => { filter(); keep(); }); }
  bottom.addEventListener("change", () => { part = null; draw(); keep(); });
  for (const input of [curve, log]) { input.addEventListener("change", () => { draw(); keep(); }); }
  document.querySelector(".tools").addEventListener("submit", (event) => event.preventDefault());
  smoothing.addEventListener("input", () => { if (overlay.u !== null) { overlay.draw(); } keep(); });
  byId("zoom-all").addEventListener("click", () => overlay.view.reset());
  new ResizeObserver(() => { if (overlay.u !== null && canvas.clientWidth > 0 && canvas.clientWidth !== overlay.u.width) { overlay.draw(); } }).observe(canvas);
  const repaint = () => overlay.u?.redraw();
  new MutationObserver(repaint).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
  addEventListener("pagehide", keep);

  document.querySelector(".tools").hidden = false;
  const was = kept();
  find.value = was.find ?? "";
  if ([...verdict.options].some((option) => option.value === was.verdict)) { verdict.value = was.verdict; }
  if ([...curve.options].some((option) => option.value === was.curve)) { curve.value = was.curve; }
  if ([...bottom.options].some((option) => option.value === was.bottom)) { bottom.value = was.bottom; }
  log.checked = was.log ?? false;
  smoothing.value = was.smoothing ?? 0;
  part = was.part ?? null;
  sorting = was.sorting ?? sorting;
  for (const name of was.names ?? []) {
    const run = data.findIndex((known) => known.name === name);
    if (run >= 0) { box(run).checked = true; choose(run, true); }
  }
  filter();
  sort();
  draw();
  if (was.top) { scrollTo({ top: was.top, behavior: "instant" }); }
})();
