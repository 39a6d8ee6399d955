// What an axis of values shows: the same rules as in the static drawing, for the part of the run that is in view.
const spared = (count) => count < 10 ? 0 : Math.max(1, Math.floor(count * 0.01));

const linear = (low, high, axis) => {
  const room = Math.max(high - low, Math.max(Math.abs(low), Math.abs(high)) * 0.2) || 1;
  const margin = (room - (high - low)) / 2 + 0.05 * room;
  const bottom = low >= 0 && low < room ? 0 : low - margin;
  const isScore = axis === "score";
  return [isScore && low >= 0 ? Math.max(0, bottom) : bottom, isScore && high <= 1 ? Math.min(1, high + margin) : high + margin];
};

const logarithmic = (low, high) => [low / 1.25, high * 1.25];

const decades = (low, high, most) => {
  const first = Math.floor(Math.log10(low)), last = Math.floor(Math.log10(high));
  const stride = Math.max(1, Math.ceil((last - first) / most));
  const digits = last - first < 3 ? [1, 2, 5] : [1];
  return Array.from({ length: Math.floor((last - first) / stride) + 1 }, (_, index) => digits.map((digit) => Number(`${digit}e${first + index * stride}`))).flat().filter((tick) => tick >= low && tick <= high);
};

const shownSpan = (values, axis, isLogarithmic, hasOutliers) => {
  const ordered = values.filter((value) => finite(value) && (!isLogarithmic || value > 0)).sort((a, b) => a - b);
  if (ordered.length === 0) { return isLogarithmic ? [0.1, 1] : [0, 1]; }
  let low = ordered[0], high = ordered[ordered.length - 1];
  if (axis === "free" && !hasOutliers) {
    const place = isLogarithmic ? Math.log10 : (value) => value;
    const few = spared(ordered.length);
    const first = place(ordered[few]), last = place(ordered[ordered.length - 1 - few]);
    const room = 2 * Math.max(last - first, isLogarithmic ? 0.5 : Math.max(Math.abs(first), Math.abs(last)) * 0.1);
    low = ordered.find((value) => place(value) >= first - room);
    high = ordered.findLast((value) => place(value) <= last + room);
  }
  return isLogarithmic ? logarithmic(low, high) : linear(axis === "schedule" ? Math.min(0, low) : low, high, axis);
};

// The axis along the bottom: steps, or what belongs to them in epochs or time, as a line through where a value was first told.
const mappedAxis = (name, { steps, values }, form) => {
  const knots = steps.map((step, index) => [step, Number(values[index])]).filter(([, value], index, all) => Number.isFinite(value) && (index === 0 || value > all[index - 1][1]));
  if (knots.length < 2) { return null; }
  const through = (from, to) => (at) => {
    let index = 1, end = knots.length - 1;
    while (index < end) {
      const middle = (index + end) >> 1;
      if (knots[middle][from] < at) { index = middle + 1; } else { end = middle; }
    }
    const [low, high] = [knots[index - 1], knots[index]];
    return low[to] + (at - low[from]) / (high[from] - low[from]) * (high[to] - low[to]);
  };
  return { name, to: through(0, 1), from: through(1, 0), ...form };
};

const increments = [];
for (let power = -9; power < 16; power++) { for (const digit of [1, 2, 5]) { increments.push(Number(`${digit}e${power}`)); } }
const wholeIncrements = increments.filter((increment) => increment >= 1);
const timeIncrements = [...increments.filter((increment) => increment < 10), ...[10, 15, 30].flatMap((count) => [count, count * 60]), 60, 120, 300, 3600, 7200, 10800, 21600, 43200, ...increments.filter((increment) => increment >= 1).map((days) => days * 86400)].sort((a, b) => a - b);
const stepAxis = { name: "step", to: (step) => step, from: (value) => value, increments: wholeIncrements, labels: (ticks) => ticks.map(whole), tell: whole };
const epochForm = { increments, labels: (ticks) => ticks.map(short), tell: short };
const timeForm = { increments: timeIncrements, labels: (ticks) => ticks.map(ticks[1] - ticks[0] < 1 ? (tick) => `${short(tick)} s` : clock), tell: clock };
