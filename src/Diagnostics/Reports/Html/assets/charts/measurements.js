// When something was measured, and where nothing was: the same rule as in the static drawing.
const patience = 5;
const isGap = (steps, index, width = 1) => {
  if (index < 1 || index >= steps.length) { return false; }
  let longest = 0, usual = 0, known = 0;
  for (const neighbour of [index - 2, index - 1, index + 1, index + 2]) {
    if (neighbour < 1 || neighbour >= steps.length) { continue; }
    const interval = steps[neighbour] - steps[neighbour - 1];
    if (interval > longest) { usual = longest; longest = interval; } else { usual = Math.max(usual, interval); }
    known++;
  }
  return known > 0 && steps[index] - steps[index - 1] > patience * Math.max(known < 3 ? longest : usual, width);
};

// The index of the measurement nearest to a step.
const nearest = (steps, step) => {
  let low = 0, high = steps.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle] < step) { low = middle + 1; } else { high = middle; }
  }
  return low > 0 && step - steps[low - 1] <= steps[low] - step ? low - 1 : low;
};

// An exponential moving average that begins at the first value, not at zero. What is not finite is left as it is.
const smoothed = (values, weight) => {
  let sum = 0, share = 1;
  return values.map((value) => {
    if (!finite(value)) { return value; }
    sum = weight * sum + (1 - weight) * value;
    share *= weight;
    return sum / (1 - share);
  });
};
