"use strict";
(() => {
  // Values under the pointer, and under a cursor that the arrow keys move.
  const plots = JSON.parse(document.getElementById("plots").textContent);
  const digits = (value) => typeof value === "string" ? value
    : value !== 0 && (Math.abs(value) >= 1e5 || Math.abs(value) < 1e-3) ? value.toExponential(2)
    : String(Number(value.toPrecision(4)));
  const nearest = (steps, step) => {
    let low = 0, high = steps.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (steps[middle] < step) { low = middle + 1; } else { high = middle; }
    }
    return low > 0 && step - steps[low - 1] < steps[low] - step ? low - 1 : low;
  };

  for (const plot of document.querySelectorAll(".plot")) {
    const data = plots[plot.dataset.plot];
    const svg = plot.querySelector("svg");
    const readout = plot.parentElement.querySelector(".readout");
    const isHeat = data.kind === "heat";
    const cursor = svg.querySelector(isHeat ? ".cell" : ".cursor");
    const columns = isHeat ? data.rows[0].values.length : 0;
    const cellWidth = (data.right - data.left) / columns;
    const cellHeight = (data.bottom - data.top) / data.rows.length;
    const all = isHeat ? [] : [...new Set(data.rows.flatMap((row) => row.steps))].sort((a, b) => a - b);
    let column = 0, row = 0, at = 0;

    const showCell = () => {
      cursor.setAttribute("x", data.left + column * cellWidth);
      cursor.setAttribute("y", data.top + row * cellHeight);
      cursor.setAttribute("visibility", "visible");
      const value = data.rows[row].values[column];
      const step = Math.round(data.first + (column + 0.5) / columns * (data.last - data.first));
      readout.textContent = `${data.rows[row].name} @ ${step.toLocaleString("en")}: ${value === null ? "–" : digits(value)}`;
    };
    const showStep = () => {
      const step = all[at];
      const x = data.left + (step - data.first) / (data.last - data.first) * (data.right - data.left);
      cursor.setAttribute("x1", x);
      cursor.setAttribute("x2", x);
      cursor.setAttribute("visibility", "visible");
      readout.textContent = `@ ${step.toLocaleString("en")}: ` + data.rows
        .filter((line) => line.steps.length > 0)
        .map((line) => `${line.name} ${digits(line.values[nearest(line.steps, step)])}`).join(" · ");
    };
    const show = isHeat ? showCell : showStep;
    const hide = () => { cursor.setAttribute("visibility", "hidden"); };

    plot.addEventListener("pointermove", (event) => {
      const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
      if (point.x < data.left || point.x > data.right || point.y < data.top || point.y > data.bottom) { hide(); return; }
      if (isHeat) {
        column = Math.min(columns - 1, Math.floor((point.x - data.left) / cellWidth));
        row = Math.min(data.rows.length - 1, Math.floor((point.y - data.top) / cellHeight));
      } else {
        at = nearest(all, data.first + (point.x - data.left) / (data.right - data.left) * (data.last - data.first));
      }
      show();
    });
    plot.addEventListener("pointerleave", hide);
    plot.addEventListener("blur", hide);
    plot.addEventListener("keydown", (event) => {
      if (event.target !== plot) { return; }
      const end = isHeat ? columns - 1 : all.length - 1;
      const jump = event.shiftKey ? 10 : 1;
      const move = { ArrowLeft: -jump, ArrowRight: jump, Home: -Infinity, End: Infinity }[event.key];
      if (move !== undefined) {
        if (isHeat) { column = Math.max(0, Math.min(end, column + move)); } else { at = Math.max(0, Math.min(end, at + move)); }
      } else if (isHeat && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
        row = Math.max(0, Math.min(data.rows.length - 1, row + (event.key === "ArrowUp" ? -1 : 1)));
      } else {
        if (event.key === "Escape") { hide(); }
        return;
      }
      event.preventDefault();
      show();
    });
  }
})();
