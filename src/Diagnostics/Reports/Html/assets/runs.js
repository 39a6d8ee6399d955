"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const data = JSON.parse(byId("runs-data").textContent);
  const body = document.querySelector("table.runs tbody");
  const rows = [...body.rows];
  const find = byId("find"), verdict = byId("verdict"), curve = byId("curve"), log = byId("log"), canvas = byId("canvas"), readout = byId("values");
  const mostChosen = 40;
  const chosen = new Set();
  let sorting = { key: "", down: false };

  // What was asked for stays when the page is loaded anew.
  const key = "traindoctor-runs " + location.pathname;
  const keep = () => {
    const names = [...chosen].map((run) => data[run].name);
    try { sessionStorage.setItem(key, JSON.stringify({ find: find.value, verdict: verdict.value, curve: curve.value, log: log.checked, sorting, names, top: scrollY })); } catch { /* Kept only where the browser keeps. */ }
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

  // The overlay: plain SVG at the size of the screen.
  const styles = 8;
  const svg = (name, attributes, text) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [attribute, value] of Object.entries(attributes)) { node.setAttribute(attribute, value); }
    if (text !== undefined) { node.textContent = text; }
    return node;
  };
  const short = (value) => value === 0 ? "0" : Math.abs(value) >= 1e5 || Math.abs(value) < 1e-3 ? value.toExponential(1).replace("e+", "e") : String(Number(value.toPrecision(3)));
  let lines = [], at = -1, frame = null;
  const draw = () => {
    const figure = byId("overlay");
    figure.hidden = chosen.size === 0;
    canvas.replaceChildren();
    readout.textContent = "";
    byId("legend").replaceChildren();
    if (figure.hidden) { return; }
    lines = [...chosen].map((run, index) => ({ name: data[run].name, style: `c${index % styles}`, ...(data[run].curves[curve.value] ?? { steps: [], values: [] }) }));
    for (const line of lines) {
      const item = document.createElement("li");
      const key = svg("svg", { width: 22, height: 8, "aria-hidden": "true" });
      key.append(svg("path", { class: `line ${line.style}`, d: "M1 4h20" }));
      item.append(key, document.createTextNode(" " + line.name + (line.steps.length === 0 ? " –" : "")));
      byId("legend").append(item);
    }
    const points = lines.flatMap((line) => line.values.filter((value) => value !== null && (!log.checked || value > 0))).sort((a, b) => a - b);
    const steps = lines.flatMap((line) => line.steps);
    if (points.length === 0) { return; }
    // One value in a hundred may lie outside, so that a peak does not flatten all others.
    const left = Math.floor(points.length / 100);
    let low = points[left], high = points[points.length - 1 - left];
    if (low === high) { low -= Math.abs(low) / 10 || 1; high += Math.abs(high) / 10 || 1; if (log.checked && low <= 0) { low = high / 10; } }
    const width = Math.max(280, canvas.clientWidth), height = 260, from = 52, to = width - 12, top = 10, bottom = height - 26;
    const first = steps.reduce((a, b) => Math.min(a, b)), last = Math.max(first + 1, steps.reduce((a, b) => Math.max(a, b)));
    const scale = (value) => log.checked ? Math.log(value) : value;
    const x = (step) => from + (step - first) / (last - first) * (to - from);
    const y = (value) => bottom - Math.min(1, Math.max(0, (scale(value) - scale(low)) / (scale(high) - scale(low)))) * (bottom - top);
    const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": lines.map((line) => line.name).join(", ") });
    for (const share of [0, 0.25, 0.5, 0.75, 1]) {
      const value = log.checked ? Math.exp(scale(low) + share * (scale(high) - scale(low))) : low + share * (high - low);
      picture.append(svg("path", { class: "grid", d: `M${from} ${y(value)}H${to}` }), svg("text", { class: "tick", x: from - 6, y: y(value) + 4, "text-anchor": "end" }, short(value)));
    }
    picture.append(svg("text", { class: "tick", x: from, y: height - 6 }, first.toLocaleString("en")), svg("text", { class: "tick", x: to, y: height - 6, "text-anchor": "end" }, last.toLocaleString("en")));
    for (const line of lines) {
      let path = "", drawing = false;
      line.steps.forEach((step, index) => {
        const value = line.values[index];
        if (value === null || (log.checked && value <= 0)) { drawing = false; return; }
        path += `${drawing ? "L" : "M"}${x(step).toFixed(1)} ${y(value).toFixed(1)}`;
        drawing = true;
      });
      picture.append(svg("path", { class: `line ${line.style}`, d: path }));
    }
    const cursor = svg("line", { class: "cursor", x1: 0, x2: 0, y1: top, y2: bottom, visibility: "hidden" });
    picture.append(cursor);
    canvas.append(picture);
    frame = { all: [...new Set(steps)].sort((a, b) => a - b), first, last, from, to, x, cursor, picture };
    at = -1;
  };
  const nearest = (steps, step) => {
    let low = 0, high = steps.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (steps[middle] < step) { low = middle + 1; } else { high = middle; }
    }
    return low > 0 && step - steps[low - 1] < steps[low] - step ? low - 1 : low;
  };
  const tell = () => {
    const step = frame.all[at];
    frame.cursor.setAttribute("x1", frame.x(step));
    frame.cursor.setAttribute("x2", frame.x(step));
    frame.cursor.setAttribute("visibility", "visible");
    // Each value with its own step: runs are rarely measured at the same ones.
    readout.textContent = lines.filter((line) => line.steps.length > 0).map((line) => {
      const index = nearest(line.steps, step);
      return `${line.name} ${line.values[index] === null ? "NaN" : short(line.values[index])} @ ${line.steps[index].toLocaleString("en")}`;
    }).join(" · ");
  };
  canvas.addEventListener("pointermove", (event) => {
    if (frame === null || !canvas.contains(frame.picture)) { return; }
    const box = frame.picture.getBoundingClientRect();
    const place = (event.clientX - box.left) / box.width * frame.picture.viewBox.baseVal.width;
    at = nearest(frame.all, frame.first + (place - frame.from) / (frame.to - frame.from) * (frame.last - frame.first));
    tell();
  });
  canvas.addEventListener("keydown", (event) => {
    if (frame === null) { return; }
    const end = frame.all.length - 1;
    const move = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (move === undefined) { return; }
    event.preventDefault();
    at = Math.max(0, Math.min(end, at + move * (event.shiftKey ? 10 : 1)));
    tell();
  });

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
  for (const input of [curve, log]) { input.addEventListener("change", () => { draw(); keep(); }); }
  document.querySelector(".tools").addEventListener("submit", (event) => event.preventDefault());
  addEventListener("resize", draw);
  addEventListener("pagehide", keep);

  document.querySelector(".tools").hidden = false;
  const was = kept();
  find.value = was.find ?? "";
  if ([...verdict.options].some((option) => option.value === was.verdict)) { verdict.value = was.verdict; }
  if ([...curve.options].some((option) => option.value === was.curve)) { curve.value = was.curve; }
  log.checked = was.log ?? false;
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
